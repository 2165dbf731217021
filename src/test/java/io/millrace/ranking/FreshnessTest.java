package io.millrace.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FreshnessTest {

    private static final long HOUR_MS = 3_600_000;

    private final World world = new World().items(5);
    private final Freshness ranker = new Freshness(HOUR_MS);

    @Test
    void itemLosesWithTheLogarithmOfTheTimeSinceItsFirstClick() {
        world.click(ranker, "u", 0, 0);
        world.click(ranker, "u", 1, 2 * HOUR_MS);
        world.click(ranker, "v", 0, 2 * HOUR_MS);
        float[] scores = world.scores(ranker, "w", 3 * HOUR_MS);
        assertThat((double) scores[0]).isEqualTo(-StrictMath.log(4), within(1e-5));
        assertThat((double) scores[1]).isEqualTo(-StrictMath.log(2), within(1e-5));
        assertThat(scores[2]).isZero();
    }

    @Test
    void slotOfARetiredItemStartsAgain() {
        world.click(ranker, "u", 0, 0);
        ranker.forget(0);
        world.click(ranker, "v", 0, HOUR_MS);
        assertThat(world.scores(ranker, "w", HOUR_MS)[0]).isZero();
    }

    @Test
    void restoredAgesAreTheSame() throws IOException {
        world.click(ranker, "u", 0, 7);
        world.click(ranker, "u", 3, HOUR_MS);
        Freshness restored = world.restored(new Freshness(HOUR_MS), world.bytes(ranker));
        assertThat(world.scores(restored, "w", 5 * HOUR_MS)).isEqualTo(world.scores(ranker, "w", 5 * HOUR_MS));
    }
}
