package io.millrace.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.ChiSquare;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CounterRandomTest {

    @Test
    void sameKeySameStream() {
        var one = new CounterRandom().reset(1, 2, 3);
        var other = new CounterRandom();
        other.reset(9, 9, 9).nextLong();
        other.reset(1, 2, 3);
        for (int k = 0; k < 100; k++) {
            assertThat(one.nextLong()).isEqualTo(other.nextLong());
        }
    }

    @Test
    void theStreamIsPinnedSinceStoredDrawsDependOnIt() {
        assertThat(new CounterRandom().reset(0, 0, 0).nextLong()).isEqualTo(-2152535657050944081L);
    }

    @Test
    void everyIntegerBelowTheBoundIsEquallyLikely() {
        for (int bound : new int[] {1, 2, 7, 60}) {
            for (int seed = 0; seed < 5; seed++) {
                assertThat(ChiSquare.pValue(draws(bound, seed), even(bound))).isGreaterThan(1e-4);
            }
        }
    }

    /** By a remainder, the lower half of 3 × 2^30 would be twice as likely as the upper. */
    @Test
    void largeBoundsFavourNoValue() {
        int bound = 3 << 29;
        var random = new CounterRandom().reset(7, 0, 0);
        long[] thirds = new long[3];
        for (int k = 0; k < 300_000; k++) {
            thirds[random.nextInt(bound) / (1 << 29)]++;
        }
        assertThat(ChiSquare.pValue(thirds, even(3))).isGreaterThan(1e-4);
    }

    @Test
    void theTestSeesABiasOfAPercent() {
        double[] wrong = even(60);
        for (int k = 0; k < 30; k++) {
            wrong[k] *= 1.05;
        }
        assertThat(ChiSquare.pValue(draws(60, 0), wrong)).isLessThan(1e-6);
    }

    @Test
    void doublesAreInTheHalfOpenUnitInterval() {
        var random = new CounterRandom().reset(3, 0, 0);
        long[] tenths = new long[10];
        for (int k = 0; k < 100_000; k++) {
            double x = random.nextDouble();
            assertThat(x).isGreaterThanOrEqualTo(0).isLessThan(1);
            tenths[(int) (x * 10)]++;
        }
        assertThat(ChiSquare.pValue(tenths, even(10))).isGreaterThan(1e-4);
    }

    private static long[] draws(int bound, int seed) {
        var random = new CounterRandom().reset(seed, bound, 0);
        long[] seen = new long[bound];
        for (int k = 0; k < 200_000; k++) {
            seen[random.nextInt(bound)]++;
        }
        return seen;
    }

    private static double[] even(int cells) {
        double[] law = new double[cells];
        Arrays.fill(law, 1.0 / cells);
        return law;
    }
}
