package io.millrace.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import org.junit.jupiter.api.Test;

class SweepTest {

    private final CounterRandom random = new CounterRandom().reset(3, 1, 4);

    @Test
    void logIsWithinAMillionthOfTheTruth() {
        double worst = 0;
        for (int n = 0; n < 1_000_000; n++) {
            float x = Float.intBitsToFloat(0x00800000 + random.nextInt(0x7f000000 - 0x00800000));
            double truth = StrictMath.log(x);
            worst = Math.max(worst, Math.abs(FastLog.log(x) - truth) / Math.max(Math.abs(truth), 1e-30));
        }
        for (float x = 0.5f; x < 2; x += 1e-5f) {
            double truth = StrictMath.log(x);
            worst = Math.max(worst, truth == 0 ? 0 : Math.abs(FastLog.log(x) - truth) / Math.abs(truth));
        }
        assertThat(worst).isLessThan(1e-6);
        assertThat(FastLog.log(1)).isZero();
    }

    @Test
    void expIsWithinAMillionthOfTheTruth() {
        double worst = 0;
        for (float x = -85; x <= 0; x += 1e-4f) {
            double truth = StrictMath.exp(x);
            worst = Math.max(worst, Math.abs(FastExp.exp(x) - truth) / truth);
        }
        assertThat(worst).isLessThan(1e-6);
        assertThat(FastExp.exp(0)).isEqualTo(1);
        assertThat(FastExp.exp(Float.NEGATIVE_INFINITY)).isEqualTo(FastExp.exp(-86f));
    }

    @Test
    void vectorAndScalarCodeGiveTheSameBits() {
        Sweep scalar = new ScalarSweep();
        Sweep best = Sweep.get();
        assertThat(best).isNotInstanceOf(ScalarSweep.class);
        for (int seed = 0; seed < 200; seed++) {
            int n = 16 * (1 + seed % 9);
            random.reset(seed, 0, 0);
            float[] x = numbers(n);
            float[] column = numbers(n);
            float[][] logs = {new float[n], new float[n]};
            float[][] sums = {numbers(n), null};
            sums[1] = sums[0].clone();
            float[][] exps = {new float[n], new float[n]};
            float[][] positive = {numbers(n), null};
            positive[1] = positive[0].clone();
            float[][] gated = {new float[n], new float[n]};
            float[][] mixed = {x.clone(), x.clone()};
            int k = 0;
            for (Sweep sweep : new Sweep[] {scalar, best}) {
                sweep.log(x, 0.3f, 1e-3f, logs[k], 0.7f, sums[k], n);
                sweep.exp(x, sweep.max(x, n), exps[k], n);
                sweep.addAndScale(0.2f, column, column, mixed[k], n);
                sweep.gate(positive[k], column, gated[k], n);
                sweep.rectify(positive[k], 0.7f, sums[k], n);
                k++;
            }
            assertThat(best.max(x, n)).as("seed %d", seed).isEqualTo(scalar.max(x, n));
            float reached = x[seed % n];
            x[(seed + 3) % n] = seed % 2 == 0 ? reached : Float.NaN;
            assertThat(best.aboveAndEqual(x, reached, n))
                    .as("seed %d", seed)
                    .isEqualTo(scalar.aboveAndEqual(x, reached, n));
            assertThat(logs[1]).as("seed %d", seed).isEqualTo(logs[0]);
            assertThat(sums[1]).as("seed %d", seed).isEqualTo(sums[0]);
            assertThat(exps[1]).as("seed %d", seed).isEqualTo(exps[0]);
            assertThat(positive[1]).as("seed %d", seed).isEqualTo(positive[0]);
            assertThat(gated[1]).as("seed %d", seed).isEqualTo(gated[0]);
            assertThat(mixed[1]).as("seed %d", seed).isEqualTo(mixed[0]);
        }
    }

    private float[] numbers(int n) {
        float[] x = new float[n];
        for (int j = 0; j < n; j++) {
            x[j] = (float) ((random.nextDouble() - 0.3) * StrictMath.exp(random.nextInt(12) - 6));
        }
        return x;
    }
}
