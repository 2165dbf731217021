package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SigmoidTest {

    @Test
    void isWithinThreeUnitsOfTheLastPlaceEverywhere() {
        double worst = 0;
        for (float x = -Loss.CLIP; x <= Loss.CLIP; x += 0.000_31f) {
            double truth = 1 / (1 + StrictMath.exp(-(double) x));
            worst = Math.max(worst, Math.abs(Sigmoid.of(x) - truth) / truth);
        }
        assertThat(worst).isLessThan(3e-7);
    }

    @Test
    void clipsWhatLiesBeyondTheLimit() {
        assertThat(Sigmoid.of(Loss.CLIP)).isEqualTo(Sigmoid.of(Float.POSITIVE_INFINITY));
        assertThat(Sigmoid.of(-Loss.CLIP)).isEqualTo(Sigmoid.of(-1e30f)).isPositive();
    }

    @Test
    void aNumberThatIsNoneStaysNone() {
        assertThat(Sigmoid.of(Float.NaN)).isNaN();
    }

    @Test
    void fallsByNoMoreThanItsLastPlaceAsItsArgumentRises() {
        float last = 0;
        for (float x = -Loss.CLIP; x < 12; x += 0.001f) {
            float now = Sigmoid.of(x);
            assertThat(now).isGreaterThanOrEqualTo(Math.nextDown(last));
            last = now;
        }
    }
}
