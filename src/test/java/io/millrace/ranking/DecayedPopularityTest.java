package io.millrace.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.popularity.HalfLife;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DecayedPopularityTest {

    private static final long HOUR_MS = 3_600_000;

    private final World world = new World().items(20);
    private final DecayedPopularity popularity = new DecayedPopularity(new HalfLife(HOUR_MS));

    @Test
    void clickOfAnHourAgoIsWorthHalf() {
        world.click(popularity, "u", 0, 0);
        world.click(popularity, "u", 1, HOUR_MS);
        float[] scores = world.scores(popularity, "v", 5 * HOUR_MS);
        assertThat(scores[0] / scores[1]).isEqualTo(0.5f);
        assertThat(scores[2]).isZero();
    }

    @Test
    void sharesAgreeWithBruteForceOverThousandsOfHalfLives() {
        CounterRandom random = new CounterRandom().reset(1, 1, 1);
        double[] brute = new double[20];
        long now = 0;
        for (int n = 0; n < 5000; n++) {
            long step = random.nextInt(2 * (int) HOUR_MS);
            now += step;
            int slot = random.nextInt(20);
            for (int j = 0; j < 20; j++) {
                brute[j] *= StrictMath.pow(2, -(double) step / HOUR_MS);
            }
            brute[slot]++;
            world.click(popularity, "u" + n % 50, slot, now);
            if (n % 97 == 0) {
                float[] scores = world.scores(popularity, "v", now);
                double scale = scores[slot] / brute[slot];
                for (int j = 0; j < 20; j++) {
                    assertThat((double) scores[j]).as("event %d", n).isEqualTo(brute[j] * scale, within(1e-5 * scale));
                }
            }
        }
    }

    @Test
    void restoredCountsGoOnTheSame() throws IOException {
        for (int n = 0; n < 100; n++) {
            world.click(popularity, "u", n % 7, n * HOUR_MS / 3);
        }
        DecayedPopularity restored =
                world.restored(new DecayedPopularity(new HalfLife(HOUR_MS)), world.bytes(popularity));
        assertThat(world.scores(restored, "u", 40 * HOUR_MS)).isEqualTo(world.scores(popularity, "u", 40 * HOUR_MS));
        assertThat(world.bytes(restored)).isEqualTo(world.bytes(popularity));
    }

    @Test
    void nextItemInASlotStartsFromNothing() {
        world.click(popularity, "u", 3, 0);
        world.catalog.retire(EntityId.of("i3").hash());
        popularity.forget(3);
        world.catalog.add(EntityId.of("new"));
        assertThat(world.scores(popularity, "v", 0)[3]).isZero();
        assertThat(popularity.scaledTotal()).isZero();
    }
}
