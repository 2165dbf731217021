package io.millrace.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ChiSquareTest {

    @Test
    void quantilesOfTheTablesComeOut() {
        // 3.841459 is the 95 % point at 1 degree of freedom, 16.918978 at 9.
        assertThat(twoCells(3.841459)).isCloseTo(0.05, within(1e-4));
        assertThat(tenCells(16.918978)).isCloseTo(0.05, within(1e-4));
    }

    @Test
    void whatTheLawForbidsHasNoProbability() {
        assertThat(ChiSquare.pValue(new long[] {50, 1}, new double[] {1, 0})).isZero();
    }

    /** Two cells of 10^12 expected each, off by what makes the statistic {@code x}. */
    private static double twoCells(double x) {
        long expected = 1_000_000_000_000L;
        long off = Math.round(Math.sqrt(x * expected / 2));
        return ChiSquare.pValue(new long[] {expected + off, expected - off}, new double[] {0.5, 0.5});
    }

    private static double tenCells(double x) {
        long expected = 1_000_000_000_000L;
        long off = Math.round(Math.sqrt(x * expected / 2));
        long[] seen = new long[10];
        double[] law = new double[10];
        for (int k = 0; k < 10; k++) {
            seen[k] = expected + (k == 0 ? off : k == 1 ? -off : 0);
            law[k] = 0.1;
        }
        return ChiSquare.pValue(seen, law);
    }
}
