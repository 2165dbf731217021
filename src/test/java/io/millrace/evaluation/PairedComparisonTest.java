package io.millrace.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import org.junit.jupiter.api.Test;

class PairedComparisonTest {

    @Test
    void mcNemarIsTheSignTestOnDifferingEvents() {
        assertThat(PairedComparison.mcNemar(0, 0)).isEqualTo(1);
        assertThat(PairedComparison.mcNemar(5, 5)).isEqualTo(1);
        assertThat(PairedComparison.mcNemar(9, 1)).isEqualTo(22.0 / 1024, within(1e-12));
        assertThat(PairedComparison.mcNemar(1, 9)).isEqualTo(22.0 / 1024, within(1e-12));
        assertThat(PairedComparison.mcNemar(1100, 1000)).isEqualTo(0.0307, within(0.001));
    }

    @Test
    void equalModelsAreFoundDifferentAsRarelyAsTheLevelSays() {
        int rejected = 0;
        int covered = 0;
        for (int seed = 0; seed < 300; seed++) {
            PairedComparison pair = compare(seed, 0.3, 0.3);
            rejected += pair.p() < 0.05 ? 1 : 0;
            covered += pair.difference(seed).covers(0) ? 1 : 0;
        }
        assertThat(rejected).isBetween(2, 27);
        assertThat(covered).isBetween(270, 297);
    }

    @Test
    void betterModelIsFound() {
        PairedComparison pair = compare(1, 0.34, 0.3);
        assertThat(pair.p()).isLessThan(0.01);
        assertThat(pair.difference(1).low()).isPositive();
        assertThat(pair.difference(1).value()).isBetween(0.02, 0.06);
        assertThat(pair.difference(1)).isEqualTo(pair.difference(1));
    }

    @Test
    void slidingTestForgets() {
        PairedComparison pair = new PairedComparison(100);
        for (int k = 0; k < 1000; k++) {
            pair.observe(k < 500 ? 1 : 0, k < 500 ? 0 : 1);
        }
        assertThat(pair.p()).isEqualTo(1);
        assertThat(pair.recentP()).isLessThan(1e-20);
        assertThat(pair.wins()).isEqualTo(pair.losses()).isEqualTo(500);
    }

    @Test
    void tooFewEventsHaveNoInterval() {
        PairedComparison pair = new PairedComparison(10);
        pair.observe(1, 0);
        assertThat(pair.difference(1).value()).isEqualTo(1);
        assertThat(pair.difference(1).low()).isNaN();
    }

    private static PairedComparison compare(long seed, double hitA, double hitB) {
        PairedComparison pair = new PairedComparison(1000);
        CounterRandom random = new CounterRandom().reset(seed, 5, 0);
        for (int k = 0; k < 5000; k++) {
            double a = random.nextDouble() < hitA ? 1 : 0;
            double b = random.nextDouble() < hitB ? 1 : 0;
            pair.observe(a, b);
        }
        return pair;
    }
}
