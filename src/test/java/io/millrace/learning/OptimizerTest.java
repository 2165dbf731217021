package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import org.junit.jupiter.api.Test;

class OptimizerTest {

    /** Twenty gradients; the tables below are what the formulas give for them in double precision, from 0.2 on. */
    private static final float[] GRADIENTS = {
        0.5f, -0.25f, 1f, 0.75f, -0.5f, 0.25f, 0f, -1f, 0.5f, 0.5f, -0.75f, 0.25f, 1.5f, -0.5f, 0.25f, -0.25f, 0f, 0.5f,
        -1.25f, 0.75f
    };

    @Test
    void sgdWithDecayFollowsItsTable() {
        assertFollows(
                new Sgd(0.1f, 0.05f, 0.5f),
                1,
                0,
                0.150000,
                0.174398,
                0.079051,
                0.009113,
                0.054757,
                0.032396,
                0.032396,
                0.118463,
                0.076205,
                0.034682,
                0.095919,
                0.075839,
                -0.042747,
                -0.003822,
                -0.022996,
                -0.004098,
                -0.004098,
                -0.040858,
                0.049826,
                -0.003882);
        assertFollows(
                new Sgd(0.1f, 0.05f, 1f),
                1,
                0,
                0.150000,
                0.173810,
                0.082900,
                0.017683,
                0.059350,
                0.039350,
                0.039350,
                0.113424,
                0.077709,
                0.043227,
                0.093227,
                0.077098,
                -0.016652,
                0.013651,
                -0.001055,
                0.013231,
                0.013231,
                -0.013796,
                0.051993,
                0.013531);
    }

    @Test
    void adagradFollowsItsTable() {
        assertFollows(
                new Adagrad(0.1f, 1),
                1,
                0,
                0.101942,
                0.145964,
                0.059008,
                0.004381,
                0.038600,
                0.021736,
                0.021736,
                0.077659,
                0.050731,
                0.024728,
                0.061066,
                0.049041,
                -0.009468,
                0.009674,
                0.000146,
                0.009631,
                0.009631,
                -0.009006,
                0.033228,
                0.008664);
    }

    /** Half of a squared gradient is forgotten in five steps. */
    @Test
    void adagradThatForgetsFollowsItsTable() {
        assertFollows(
                new Adagrad(0.1f, keptOver(5)),
                1,
                0,
                0.101942,
                0.148355,
                0.059050,
                0.000757,
                0.039192,
                0.019027,
                0.019027,
                0.086954,
                0.052759,
                0.018359,
                0.066742,
                0.049714,
                -0.024115,
                0.001385,
                -0.012152,
                0.002203,
                0.002203,
                -0.029102,
                0.035152,
                -0.003029);
    }

    /** A row of two, the second gradient minus half of the first; the second coordinate is shown. */
    @Test
    void adagradByRowFollowsItsTable() {
        assertFollows(
                new RowAdagrad(0.1f, 1),
                2,
                1,
                0.261314,
                0.233727,
                0.288599,
                0.323093,
                0.301481,
                0.312133,
                0.312133,
                0.276797,
                0.293813,
                0.310245,
                0.287280,
                0.294879,
                0.331867,
                0.319766,
                0.325789,
                0.319793,
                0.319793,
                0.331575,
                0.304873,
                0.320404);
        assertFollows(
                new RowAdagrad(0.1f, keptOver(5)),
                2,
                1,
                0.261314,
                0.232259,
                0.288605,
                0.325406,
                0.301141,
                0.313869,
                0.313869,
                0.270968,
                0.292565,
                0.314291,
                0.283729,
                0.294483,
                0.341143,
                0.325028,
                0.333582,
                0.324512,
                0.324512,
                0.344287,
                0.303682,
                0.327811);
    }

    @Test
    void ftrlOfABiasFollowsItsTable() {
        assertFollows(
                new FtrlProximal(0.1f, 1, 0.3f, 0.5f),
                1,
                0,
                -0.012903,
                0.000000,
                -0.043614,
                -0.074615,
                -0.054677,
                -0.064562,
                -0.064562,
                -0.029293,
                -0.046510,
                -0.063344,
                -0.039240,
                -0.047236,
                -0.088767,
                -0.075106,
                -0.081914,
                -0.075128,
                -0.075128,
                -0.088529,
                -0.057342,
                -0.075628);
    }

    /** Of a vector it is the displacement from the start that is regularised, and never to exactly 0. */
    @Test
    void ftrlOfAVectorFollowsItsTable() {
        assertFollows(
                new FtrlProximal(0.1f, 1, 0.3f, 0.5f),
                2,
                0,
                0.167742,
                0.183279,
                0.137735,
                0.106734,
                0.126672,
                0.116787,
                0.116787,
                0.152056,
                0.134839,
                0.118005,
                0.142109,
                0.134113,
                0.092582,
                0.106243,
                0.099435,
                0.106221,
                0.106221,
                0.092819,
                0.124007,
                0.105721);
    }

    @Test
    void adamFollowsItsTable() {
        assertFollows(
                new Adam(0.1f, 0.9f, 0.99f),
                1,
                0,
                0.100000,
                0.073330,
                0.007689,
                -0.069077,
                -0.111385,
                -0.156237,
                -0.156237,
                -0.160231,
                -0.177003,
                -0.204141,
                -0.209029,
                -0.219213,
                -0.254641,
                -0.276819,
                -0.301416,
                -0.318995,
                -0.318995,
                -0.343820,
                -0.343315,
                -0.355079);
    }

    private static void assertFollows(Optimizer optimizer, int d, int shown, double... table) {
        float[] row = {0.2f, 0.2f};
        float[] state = new float[optimizer.stateFloats(d)];
        for (int t = 0; t < GRADIENTS.length; t++) {
            optimizer.step(row, 0, state, 0, new float[] {GRADIENTS[t], -GRADIENTS[t] / 2}, d);
            assertThat((double) row[shown]).as("step " + t).isCloseTo(table[t], within(3e-6));
        }
    }

    /** Trap 3: a shrinkage by 0 or 1 in place of the sign of z leaves one side as it is and lets the other grow. */
    @Test
    void ftrlShrinksBothSignsAlike() {
        for (float z = 0.01f; z < 20; z *= 1.3f) {
            float before = Float.POSITIVE_INFINITY;
            for (float l1 = 0; l1 < 3; l1 += 0.1f) {
                FtrlProximal ftrl = new FtrlProximal(0.1f, 1, l1, 0);
                float up = ftrl.weight(-z, 4, l1);
                assertThat(ftrl.weight(z, 4, l1)).isEqualTo(-up);
                assertThat(up).isGreaterThanOrEqualTo(0).isLessThanOrEqualTo(before);
                assertThat(up > 0).isEqualTo(z > l1);
                before = up;
            }
        }
    }

    /** Of two biases, one of which has evidence, only that one leaves 0. */
    @Test
    void ftrlKeepsABiasWithoutEvidenceAtZero() {
        FtrlProximal ftrl = new FtrlProximal(0.1f, 1, 2f, 0);
        CounterRandom random = new CounterRandom().reset(1, 0, 0);
        float[] evident = new float[1];
        float[] noise = new float[1];
        float[] evidentState = new float[2];
        float[] noiseState = new float[2];
        int zeros = 0;
        for (int t = 0; t < 500; t++) {
            float chance = (float) random.nextDouble() - 0.5f;
            ftrl.step(evident, 0, evidentState, 0, new float[] {chance / 4 - 0.1f}, 1);
            ftrl.step(noise, 0, noiseState, 0, new float[] {chance / 10}, 1);
            zeros += noise[0] == 0 ? 1 : 0;
        }
        assertThat(zeros).isEqualTo(500);
        assertThat(evident[0]).isGreaterThan(0.1f);
    }

    @Test
    void adagradThatForgetsRecoversFromASwitchOfTasteAndPlainAdagradIsSlower() {
        assertThat(stepsToRecover(new Adagrad(0.1f, keptOver(200))))
                .isLessThan(stepsToRecover(new Adagrad(0.1f, 1)) / 3);
        assertThat(stepsToRecover(new RowAdagrad(0.1f, keptOver(200))))
                .isLessThan(stepsToRecover(new RowAdagrad(0.1f, 1)) / 3);
    }

    /** Steps until the target, which was 1 for long, is followed to -1. */
    private static int stepsToRecover(Optimizer optimizer) {
        CounterRandom random = new CounterRandom().reset(2, 0, 0);
        float[] row = new float[1];
        float[] state = new float[1];
        for (int t = 0; t < 100_000; t++) {
            float target = t < 20_000 ? 1 : -1;
            float noise = 2 * (float) random.nextDouble() - 1;
            optimizer.step(row, 0, state, 0, new float[] {row[0] - target + noise}, 1);
            if (t >= 20_000 && row[0] < -0.8f) {
                return t - 20_000;
            }
        }
        return 80_000;
    }

    private static float keptOver(int updates) {
        return new OptimizerConfig(0, 0, updates, 1, 0, 0, 0, 0).kept();
    }
}
