package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.sampling.Negatives;
import org.junit.jupiter.api.Test;

/** What the scores of a table converge to, given a law of positives p and a law of noise q over the same items. */
class NceLossTest {

    private static final int N = 10;
    private static final int K = 10;
    private static final int POSITIVES = 1_000_000;

    private final double[] p = law(1.0);
    private final double[] q = law(0.75 / 2);
    private final CounterRandom random = new CounterRandom();

    @Test
    void scoresBecomeLogProbabilitiesWithANormaliserOfOne() {
        double[] scores = learn("nce");
        double sum = 0;
        for (int j = 0; j < N; j++) {
            assertThat(scores[j]).as("item " + j).isCloseTo(Math.log(p[j]), within(0.02));
            sum += Math.exp(scores[j]);
        }
        assertThat(sum).isCloseTo(1, within(0.05));
    }

    /** The same stream without the correction gives ln(p / q) - ln k instead. */
    @Test
    void theLogisticLossLearnsTheShiftedPointwiseMutualInformation() {
        double[] scores = learn("logistic");
        for (int j = 0; j < N; j++) {
            assertThat(scores[j]).as("item " + j).isCloseTo(Math.log(p[j] / q[j]) - Math.log(K), within(0.02));
        }
    }

    /** Scores averaged over the second half of the stream, which takes the noise of single steps out. */
    private double[] learn(String name) {
        Loss loss = LossContractTest.make(name, LossConfig.DEFAULT);
        random.reset(5, 0, 0);
        double[] table = new double[N];
        double[] mean = new double[N];
        int[] drawn = new int[K + 1];
        Negatives negatives = new Negatives();
        float[] scores = new float[K + 1];
        float[] gradients = new float[K + 1];
        for (int t = 0; t < POSITIVES; t++) {
            negatives.clear();
            drawn[0] = draw(p);
            negatives.positiveQ(q[drawn[0]]);
            for (int k = 1; k <= K; k++) {
                drawn[k] = draw(q);
                negatives.add(drawn[k], q[drawn[k]], 1f, "popularity");
            }
            for (int k = 0; k <= K; k++) {
                scores[k] = (float) table[drawn[k]];
            }
            loss.gradients(scores, negatives, gradients);
            double rate = 0.3 / (1 + t / 10_000.0);
            for (int k = 0; k <= K; k++) {
                table[drawn[k]] -= rate * gradients[k];
            }
            for (int j = 0; t >= POSITIVES / 2 && j < N; j++) {
                mean[j] += table[j] / (POSITIVES - POSITIVES / 2);
            }
        }
        return mean;
    }

    private int draw(double[] law) {
        double rest = random.nextDouble();
        for (int j = 0; j < N; j++) {
            rest -= law[j];
            if (rest < 0) {
                return j;
            }
        }
        return N - 1;
    }

    private static double[] law(double power) {
        double[] law = new double[N];
        double total = 0;
        for (int j = 0; j < N; j++) {
            law[j] = Math.pow(j + 1, -power);
            total += law[j];
        }
        for (int j = 0; j < N; j++) {
            law[j] /= total;
        }
        return law;
    }
}
