package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.sampling.Negatives;
import org.junit.jupiter.api.Test;

/**
 * The pull on a positive that truly has half of the probability, so that the exact one is -0.5, as M = 10 draws by
 * popularity^0.75 out of N = 200 items estimate it.
 */
class SampledSoftmaxBiasTest {

    private static final int N = 200;
    private static final int M = 10;
    private static final int DRAWS = 4000;

    private final double[] q = new double[N];
    private final float[] scores = new float[N];
    private final CounterRandom random = new CounterRandom().reset(3, 0, 0);

    private SampledSoftmaxBiasTest() {
        double total = 0;
        for (int j = 0; j < N; j++) {
            q[j] = Math.pow(j + 1, -0.75);
            total += q[j];
        }
        for (int j = 0; j < N; j++) {
            q[j] /= total;
            scores[j] = (float) (2 * random.nextDouble() - 1);
        }
    }

    @Test
    void theExactPositiveIsNearlyUnbiasedForPopularAndRareItemsAlike() {
        assertThat(pull("softmax-is", 0)).isCloseTo(-0.5, within(0.05));
        assertThat(pull("softmax-is", N - 1)).isCloseTo(-0.5, within(0.05));
    }

    /** Trap 10: a rare positive corrected by its own q has next to no gradient left. */
    @Test
    void correctingARarePositiveByItsOwnQKillsItsGradient() {
        assertThat(pull("softmax-logq", 0)).isCloseTo(-0.5, within(0.12));
        assertThat(pull("softmax-logq", N - 1)).isBetween(-0.05, 0.0);
        assertThat(pull("snis", N - 1)).isEqualTo(pull("softmax-logq", N - 1));
    }

    @Test
    void withoutAnyCorrectionTheGradientIsTooSmallEverywhere() {
        assertThat(pull("kpair", 0)).isBetween(-0.1, 0.0);
        assertThat(pull("kpair", N - 1)).isBetween(-0.1, 0.0);
    }

    /** Mean pull on a positive whose score makes its probability exactly one half. */
    private double pull(String name, int positive) {
        Loss loss = LossContractTest.make(name, LossConfig.DEFAULT);
        double others = 0;
        for (int j = 0; j < N; j++) {
            others += j == positive ? 0 : Math.exp(scores[j]);
        }
        random.reset(11, positive, 0);
        float[] sampled = new float[M + 1];
        float[] gradients = new float[M + 1];
        sampled[0] = (float) Math.log(others);
        double sum = 0;
        for (int k = 0; k < DRAWS; k++) {
            loss.gradients(sampled, draw(positive, sampled), gradients);
            sum += gradients[0];
        }
        return sum / DRAWS;
    }

    private Negatives draw(int positive, float[] sampled) {
        Negatives negatives = new Negatives();
        double eligible = 1 - q[positive];
        while (negatives.size() < M) {
            int j = draw();
            if (j != positive) {
                negatives.add(j, q[j] / eligible, 1f, "popularity");
                sampled[negatives.size()] = scores[j];
            }
        }
        negatives.positiveQ(q[positive] / eligible);
        return negatives;
    }

    private int draw() {
        double rest = random.nextDouble();
        for (int j = 0; j < N; j++) {
            rest -= q[j];
            if (rest < 0) {
                return j;
            }
        }
        return N - 1;
    }
}
