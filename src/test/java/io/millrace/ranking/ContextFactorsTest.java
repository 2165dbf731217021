package io.millrace.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ContextFactorsTest {

    private final World world = new World().items(40);

    private ContextFactors factors(int replay) {
        return new ContextFactors(ContextFactorsConfig.of(16, 0.2f, 3, 0.7f, 5, replay), world.catalog);
    }

    /** After item 2k everyone clicks 2k + 1. */
    private void pairs(Ranker ranker, int users) {
        CounterRandom random = new CounterRandom().reset(5, 5, 5);
        for (int n = 0; n < users; n++) {
            int pair = random.nextInt(20);
            world.click(ranker, "u" + n, 2 * pair, n);
            world.click(ranker, "u" + n, 2 * pair + 1, n);
        }
    }

    private double meanRank(Ranker ranker) {
        double sum = 0;
        for (int pair = 0; pair < 20; pair++) {
            world.click(new Freshness(1), "asks " + pair, 2 * pair, 9);
            float[] scores = world.scores(ranker, "asks " + pair, 9);
            for (int j = 0; j < 40; j++) {
                sum += scores[j] > scores[2 * pair + 1] ? 0.05 : 0;
            }
        }
        return sum;
    }

    @Test
    void whatFollowsAClickIsLearned() {
        ContextFactors ranker = factors(0);
        pairs(ranker, 2000);
        assertThat(meanRank(ranker)).isLessThan(1);
    }

    @Test
    void replayLearnsMoreFromFewClicks() {
        ContextFactors once = factors(0);
        pairs(once, 150);
        double without = meanRank(once);
        world.forgetUsers();
        ContextFactors often = factors(8);
        pairs(often, 150);
        assertThat(meanRank(often)).isLessThan(without / 2);
    }

    @Test
    void restoredFactorsGoOnTheSame() throws IOException {
        ContextFactors ranker = factors(2);
        pairs(ranker, 300);
        ContextFactors restored = world.restored(factors(2), world.bytes(ranker));
        CounterRandom random = new CounterRandom().reset(8, 8, 8);
        for (int n = 0; n < 50; n++) {
            String user = "u" + random.nextInt(300);
            int slot = random.nextInt(40);
            assertThat(world.scores(restored, user, n)).isEqualTo(world.scores(ranker, user, n));
            restored.learn(world.ask(user, n), slot);
            world.click(ranker, user, slot, n);
        }
        assertThat(world.bytes(restored)).isEqualTo(world.bytes(ranker));
    }
}
