package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LnTest {

    @Test
    void itIsTheLogarithmToFourteenDigits() {
        SplittableRandom random = new SplittableRandom(1);
        for (int k = 0; k < 200_000; k++) {
            double x = StrictMath.exp(random.nextDouble(-700, 700));
            double expected = StrictMath.log(x);
            assertThat(Ln.ln(x)).as("x = %s", x).isCloseTo(expected, within(1e-14 * Math.abs(expected)));
        }
    }

    @Test
    void closeToOneItKeepsItsDigits() {
        SplittableRandom random = new SplittableRandom(2);
        for (int k = 0; k < 100_000; k++) {
            double x = 1 + random.nextDouble(-1e-3, 1e-3);
            double expected = StrictMath.log(x);
            assertThat(Ln.ln(x)).as("x = %s", x).isCloseTo(expected, within(1e-14 * Math.abs(expected)));
        }
        assertThat(Ln.ln(1)).isZero();
    }

    @Test
    void whatHasNoLogarithmIsAsInStrictMath() {
        for (double x : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE, -0.0}) {
            assertThat(Double.compare(Ln.ln(x), StrictMath.log(x)))
                    .as("x = %s", x)
                    .isZero();
        }
    }
}
