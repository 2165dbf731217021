package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WithoutReplacementTest {

    @Test
    void uniqueDrawsRepeatNoItemAndReportHowOftenEachIsIncluded() {
        World world = World.of("popularity", ReferenceParameters.with("unique", "true"), 1);
        double[] included = new double[world.catalog.slots()];
        double[] reported = new double[included.length];
        int rounds = 20_000;
        for (int k = 0; k < rounds; k++) {
            world.draw.start(1, k, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
            Negatives negatives = world.sample(10);
            assertThat(distinct(negatives)).isEqualTo(10);
            for (int n = 0; n < 10; n++) {
                included[negatives.slot(n)]++;
                reported[negatives.slot(n)] += negatives.q(n) * 10;
            }
        }
        for (int slot = 0; slot < included.length; slot++) {
            if (included[slot] > 1000) {
                double share = included[slot] / rounds;
                assertThat(reported[slot] / included[slot]).isCloseTo(share, within(0.15 * share));
            }
        }
        assertThat(world.sampler.qKind()).isEqualTo(QKind.ESTIMATED);
    }

    @Test
    void proportionalCountsAreTheSessionsAndOneMoreWithoutRepeats() {
        World world = World.empty(
                "uniform", ReferenceParameters.with("uniform.count-mode", "proportional", "uniform.rate", 0.7), 40, 1);
        RecentItems clicked = new RecentItems(10);
        clicked.add(1, world.nowMs - 3 * World.HOUR_MS);
        for (int k = 0; k < 4; k++) {
            clicked.add(2 + k, world.nowMs - 240_000 + k * 60_000);
        }
        long[] included = new long[40];
        for (int k = 0; k < 10_000; k++) {
            world.draw.start(1, k, 1, 0, world.nowMs, clicked, world.unclicked[0]);
            Negatives negatives = world.sample(20);
            assertThat(negatives.size()).isEqualTo((int) (0.7 * 5) + 1);
            assertThat(distinct(negatives)).isEqualTo(4);
            for (int n = 0; n < 4; n++) {
                included[negatives.slot(n)]++;
            }
        }
        double share = 4.0 / 39;
        for (int slot = 1; slot < 40; slot++) {
            assertThat(included[slot] / 10_000.0)
                    .isCloseTo(share, within(4.5 * Math.sqrt(share * (1 - share) / 10_000)));
        }
    }

    private static int distinct(Negatives negatives) {
        Set<Integer> slots = new HashSet<>();
        for (int k = 0; k < negatives.size(); k++) {
            slots.add(negatives.slot(k));
        }
        return slots.size();
    }
}
