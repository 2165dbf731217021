package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.Hash;
import org.junit.jupiter.api.Test;

class RealNegativeFilterTest {

    @Test
    void itemsAreKeptAtTheRateOfTheFormula() {
        for (String variant : new String[] {"paper", "c"}) {
            World world = exposed();
            RealNegativeFilter filter = filter(world, variant, "none");
            double previous = 1.1;
            double previousKept = 0;
            for (int slot = 0; slot < 10; slot++) {
                double f = world.counts.decayedExposures().get(slot)
                        / world.counts.decayedExposures().total();
                double ratio = 0.02 / f;
                double expected = Math.min(1, variant.equals("c") ? Math.sqrt(ratio) + ratio : Math.sqrt(ratio));
                assertThat(filter.keepProbability(slot)).isCloseTo(expected, within(1e-12));
                assertThat(expected).isLessThanOrEqualTo(previous);
                assertThat(f * expected).isGreaterThan(previousKept);
                assertThat(keptShare(filter, slot))
                        .isCloseTo(expected, within(4.5 * Math.sqrt(expected * (1 - expected) / 20_000) + 1e-9));
                previous = expected;
                previousKept = f * expected;
            }
        }
    }

    @Test
    void weightsMakeTheKeptOnesCountForAll() {
        World world = exposed();
        RealNegativeFilter filter = filter(world, "paper", "ipw");
        assertThat(keptShare(filter, 9) * filter.weight(9)).isCloseTo(1, within(0.03));
        assertThat(filter.logitShift(9)).isZero();
    }

    /** Of kept impressions the share of clicks is p / (p + (1 - p) κ); its logit less the shift is that of p. */
    @Test
    void theShiftOfTheLogitRecoversTheClickRate() {
        World world = exposed();
        RealNegativeFilter filter = filter(world, "paper", "logodds");
        double p = 0.1;
        double kept = p / (p + (1 - p) * keptShare(filter, 9));
        double logit = Math.log(kept / (1 - kept)) - filter.logitShift(9);
        assertThat(1 / (1 + Math.exp(-logit))).isCloseTo(p, within(0.003));
        assertThat(filter.weight(9)).isEqualTo(1);
    }

    @Test
    void withoutExposuresEverythingIsKept() {
        World world = World.empty("uniform", ReferenceParameters.with(), 10, 1);
        assertThat(filter(world, "paper", "none").keepProbability(3)).isEqualTo(1);
        assertThat(filter(world, "none", "none").keepProbability(3)).isEqualTo(1);
    }

    private static World exposed() {
        World world = World.empty("uniform", ReferenceParameters.with(), 10, 1);
        for (int slot = 0; slot < 10; slot++) {
            for (int k = 0; k < 1 << slot; k++) {
                world.counts.exposed(slot, world.nowMs);
            }
        }
        return world;
    }

    private static RealNegativeFilter filter(World world, String variant, String correction) {
        Parameters p = ReferenceParameters.with(
                "real-negative-subsample.variant", variant,
                "real-negative-subsample.threshold", 0.02,
                "real-negative-subsample.correction", correction);
        return RealNegativeFilter.of(p, world.catalog, world.counts, 7);
    }

    private static double keptShare(RealNegativeFilter filter, int slot) {
        int kept = 0;
        for (int k = 0; k < 20_000; k++) {
            kept += filter.keeps(Hash.mix(k), slot) ? 1 : 0;
        }
        return kept / 20_000.0;
    }
}
