package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.Hash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositiveFilterTest {

    private static final int CLICKS = 20_000;

    private final World world = World.empty("uniform", ReferenceParameters.with(), 10, 1);

    /** The k-th item has 2^k clicks. */
    private PositiveFilterTest() {
        for (int slot = 0; slot < 10; slot++) {
            for (int k = 0; k < 1 << slot; k++) {
                world.counts.clicked(slot, world.nowMs);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "paper"})
    void everyItemIsKeptAtTheRateOfTheFormula(String variant) {
        PositiveFilter filter = filter(variant, 0.02f, "none");
        double keptBefore = 0;
        for (int slot = 0; slot < 10; slot++) {
            double f = (1 << slot) / 1023.0;
            double ratio = 0.02f / f;
            double expected = Math.min(1, variant.equals("c") ? Math.sqrt(ratio) + ratio : Math.sqrt(ratio));
            assertThat(filter.keepProbability(slot)).isCloseTo(expected, within(1e-9));
            double allowed = 4.5 * Math.sqrt(expected * (1 - expected) / CLICKS) + 1e-9;
            assertThat(keptShare(filter, slot)).isCloseTo(expected, within(allowed));
            assertThat(f * expected).as("still the more, the more clicked").isGreaterThan(keptBefore);
            keptBefore = f * expected;
        }
    }

    @Test
    void theInverseWeightMakesThoseKeptCountForAll() {
        PositiveFilter filter = filter("paper", 0.001f, "inverse");
        double sum = 0;
        for (int k = 0; k < CLICKS; k++) {
            sum += filter.weight(Hash.mix(k), 9);
        }
        assertThat(sum / CLICKS).isCloseTo(1, within(0.15));
        assertThat(filter.logitShift(9)).isZero();
    }

    @Test
    void withoutAWeightTheLogitIsShiftedByWhatIsMissing() {
        PositiveFilter filter = filter("paper", 0.001f, "none");
        assertThat((double) filter.logitShift(9)).isCloseTo(Math.log(filter.keepProbability(9)), within(1e-6));
    }

    @Test
    void theSameClickIsAlwaysDecidedAlike() {
        PositiveFilter filter = filter("c", 0.001f, "none");
        PositiveFilter again = filter("c", 0.001f, "none");
        for (int k = 0; k < 1000; k++) {
            assertThat(filter.weight(Hash.mix(k), 9)).isEqualTo(again.weight(Hash.mix(k), 9));
        }
    }

    @Test
    void anItemWithoutClicksIsKept() {
        assertThat(filter("paper", 0.001f, "none").keepProbability(7)).isLessThan(1);
        World fresh = World.empty("uniform", ReferenceParameters.with(), 10, 1);
        PositiveFilter filter =
                new PositiveFilter(new PositiveFilter.Config("c", 0.001f, 0.5f, "none"), fresh.counts, 1);
        assertThat(filter.weight(1, 3)).isEqualTo(1);
    }

    /**
     * Trap 9: sixteen random bits, as in the word2vec program, know only multiples of 1 / 65536; one in 200,000 would be none
     * or three times too many.
     */
    @Test
    void keepProbabilitiesFarBelowOneIn65536AreKept() {
        int events = 8_000_000;
        double kept = 5e-6;
        int count = 0;
        for (int k = 0; k < events; k++) {
            count += KeepRule.keeps(7, k, kept) ? 1 : 0;
        }
        assertThat(count / (kept * events)).isCloseTo(1, within(4.5 / Math.sqrt(kept * events)));
        assertThat(count / (events / 65536.0)).isLessThan(0.75);
    }

    private PositiveFilter filter(String variant, float threshold, String weight) {
        return new PositiveFilter(new PositiveFilter.Config(variant, threshold, 0.5f, weight), world.counts, 1);
    }

    private static double keptShare(PositiveFilter filter, int slot) {
        int kept = 0;
        for (int k = 0; k < CLICKS; k++) {
            kept += filter.weight(Hash.mix(k), slot) > 0 ? 1 : 0;
        }
        return (double) kept / CLICKS;
    }
}
