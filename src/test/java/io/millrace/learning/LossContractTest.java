package io.millrace.learning;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.millrace.event.CounterRandom;
import io.millrace.sampling.Negatives;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every loss in the registry promises. */
class LossContractTest {

    private static final LearningConfig CONFIG =
            new LearningConfig(8, "bpr", "sgd", 0.1f, 0, 1, 100, 10, 100, 1, 0, 1, true, 0, 0, 7);

    /** Every loss, and those that are another function when told so. */
    static List<Loss> losses() {
        List<Loss> losses = new ArrayList<>();
        Losses.names().forEach(name -> losses.add(make(name, LossConfig.DEFAULT)));
        losses.add(make("hinge", new LossConfig(0.3f, "probability", false)));
        return losses;
    }

    static Loss make(String name, LossConfig options) {
        return Losses.make(CONFIG.withLoss(name, options));
    }

    /** Central differences of a double-precision value over a step that a float can take exactly. */
    @ParameterizedTest
    @MethodSource("losses")
    void gradientsAreTheDerivativeOfTheValue(Loss loss) {
        forSeeds(200, random -> {
            Negatives negatives = negatives(1 + random.nextInt(12), random);
            float[] scores = scores(negatives.size(), random, 12);
            float[] gradients = new float[scores.length];
            loss.gradients(scores, negatives, gradients);
            for (int k = 0; k < scores.length; k++) {
                float step = 0x1p-10f;
                scores[k] += step;
                double above = loss.value(scores, negatives);
                scores[k] -= 2 * step;
                double below = loss.value(scores, negatives);
                scores[k] += step;
                double derivative = (above - below) / (2 * step);
                double allowed = 1e-6 * Math.max(1, total(negatives));
                assertThat((double) gradients[k]).as("score " + k).isCloseTo(derivative, within(allowed));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("losses")
    void valueAndGradientsAreFiniteAtAnyScore(Loss loss) {
        float[] extremes = {0, 35, -35, 1e30f, -1e30f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE};
        forSeeds(300, random -> {
            Negatives negatives = negatives(1 + random.nextInt(5), random);
            float[] scores = new float[negatives.size() + 1];
            for (int k = 0; k < scores.length; k++) {
                scores[k] = extremes[random.nextInt(extremes.length)];
            }
            float[] gradients = new float[scores.length];
            loss.gradients(scores, negatives, gradients);
            assertThat(loss.value(scores, negatives)).isFinite();
            for (float gradient : gradients) {
                assertThat(gradient).isFinite();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("losses")
    void thePositiveIsPulledUpAndNegativesDown(Loss loss) {
        forSeeds(100, random -> {
            Negatives negatives = negatives(1 + random.nextInt(12), random);
            float[] scores = scores(negatives.size(), random, 12);
            float[] gradients = new float[scores.length];
            loss.gradients(scores, negatives, gradients);
            assertThat(gradients[0]).isLessThanOrEqualTo(0);
            for (int k = 1; k < scores.length; k++) {
                assertThat(gradients[k]).isGreaterThanOrEqualTo(0);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("losses")
    void withoutNegativesThereIsNothingToCompareWith(Loss loss) {
        float[] scores = {0.7f};
        float[] gradients = new float[1];
        loss.gradients(scores, new Negatives(), gradients);
        assertThat(loss.value(scores, new Negatives())).isFinite();
        assertThat(gradients[0]).isBetween(-1f, 0f);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void aNegativeOfWeightZeroHasNoPart(Loss loss) {
        Negatives negatives = new Negatives();
        negatives.add(0, 0.1, 1f, "uniform");
        negatives.add(1, 0.1, 0f, "uniform");
        float[] gradients = new float[3];
        loss.gradients(new float[] {0.1f, 0.2f, 5f}, negatives, gradients);
        assertThat(gradients[2]).isZero();
        double value = loss.value(new float[] {0.1f, 0.2f, 5f}, negatives);
        assertThat(loss.value(new float[] {0.1f, 0.2f, -5f}, negatives)).isCloseTo(value, within(1e-9));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void aPositiveWithoutAQIsNotCorrected(Loss loss) {
        for (double q : new double[] {Double.NaN, 0}) {
            Negatives negatives = new Negatives();
            negatives.add(0, 0.1, 1f, "uniform");
            negatives.positiveQ(q);
            float[] gradients = new float[2];
            loss.gradients(new float[] {0.1f, 0.2f}, negatives, gradients);
            assertThat(gradients[0]).isBetween(-1f, -0.01f);
            assertThat(gradients[1]).isFinite();
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void aStepAllocatesNothing(Loss loss) {
        CounterRandom random = new CounterRandom().reset(1, 0, 0);
        Negatives negatives = negatives(20, random);
        float[] scores = scores(20, random, 12);
        float[] gradients = new float[21];
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        // Vector code allocates until it has been compiled, so the round that counts is the best one.
        for (int round = 0; round < 200 && least > 10_000; round++) {
            long before = bean.getThreadAllocatedBytes(thread);
            for (int k = 0; k < 2000; k++) {
                loss.gradients(scores, negatives, gradients);
            }
            least = Math.min(least, bean.getThreadAllocatedBytes(thread) - before);
        }
        assertThat(least).isLessThan(10_000);
    }

    static Negatives negatives(int count, CounterRandom random) {
        Negatives negatives = new Negatives();
        for (int k = 0; k < count; k++) {
            negatives.add(k, 1e-4 + random.nextDouble() / 4, 0.5f + (float) random.nextDouble(), "uniform");
        }
        negatives.positiveQ(1e-4 + random.nextDouble() / 4);
        return negatives;
    }

    /** Multiples of 2^-8, off the kinks that a hinge has at whole and at tenth numbers. */
    private static float[] scores(int negatives, CounterRandom random, int size) {
        float[] scores = new float[negatives + 1];
        for (int k = 0; k < scores.length; k++) {
            scores[k] = (random.nextInt(2 * size * 64) - size * 64) / 64f + (k == 0 ? 0x1p-8f : 0);
        }
        return scores;
    }

    private static double total(Negatives negatives) {
        double total = 0;
        for (int k = 0; k < negatives.size(); k++) {
            total += negatives.weight(k);
        }
        return total;
    }
}
