package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.sampling.Adversary;
import io.millrace.sampling.Negatives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdversarialTermTest {

    private static final int D = 6;
    private static final int M = 3;
    private static final float EPSILON = 0.25f;

    private final CounterRandom random = new CounterRandom().reset(1, 2, 3);
    private final float[] v = vector();
    private final float[][] items = {vector(), vector(), vector(), vector()};
    private final Negatives negatives = negatives();

    private static Loss loss(String name) {
        return LossContractTest.make(name, LossConfig.DEFAULT);
    }

    private float[] vector() {
        float[] vector = new float[D];
        for (int f = 0; f < D; f++) {
            vector[f] = (float) (2 * random.nextDouble() - 1);
        }
        return vector;
    }

    /** The last is another sampler's and is not moved. */
    private static Negatives negatives() {
        Negatives negatives = new Negatives();
        negatives.add(1, Double.NaN, 1f, "advir");
        negatives.add(2, Double.NaN, 1f, "advir");
        negatives.add(3, Double.NaN, 1f, "uniform");
        return negatives;
    }

    private static float dot(float[] a, float[] b) {
        float sum = 0;
        for (int f = 0; f < D; f++) {
            sum += a[f] * b[f];
        }
        return sum;
    }

    private float norm() {
        return (float) Math.sqrt(dot(v, v));
    }

    private float[] scores(float[] user, float[][] rows) {
        float[] scores = new float[1 + M];
        for (int k = 0; k <= M; k++) {
            scores[k] = dot(rows[k], user);
        }
        return scores;
    }

    /** Moves the vectors themselves, along the gradient of the loss by each. */
    private float[][] moved(Loss loss, boolean both) {
        float[] gradients = new float[1 + M];
        loss.gradients(scores(v, items), negatives, gradients);
        float[][] moved = new float[1 + M][];
        for (int k = 0; k <= M; k++) {
            moved[k] = items[k].clone();
            boolean moves = k == 0 ? both : negatives.sampler(k - 1).equals("advir");
            for (int f = 0; f < D && moves; f++) {
                moved[k][f] += EPSILON * Math.signum(gradients[k]) * v[f] / norm();
            }
        }
        return moved;
    }

    /** The closed form equals the perturbation made explicitly, in the scores of the loss and in the gradients of all. */
    @ParameterizedTest
    @ValueSource(strings = {"logistic", "bpr", "kpair"})
    void theClosedFormIsTheExplicitPerturbation(String name) {
        for (boolean both : new boolean[] {false, true}) {
            Loss loss = loss(name);
            float[] expected = new float[1 + M];
            loss.gradients(scores(v, moved(loss, both)), negatives, expected);
            float[] out = new float[1 + M];
            float[] clean = new float[1 + M];
            loss.gradients(scores(v, items), negatives, out);
            loss.gradients(scores(v, items), negatives, clean);
            float along = new AdversarialTerm(new Adversary("advir", EPSILON, 0.5f, both))
                    .add(loss, scores(v, items), negatives, norm(), out);
            for (int k = 0; k <= M; k++) {
                assertThat(out[k]).isCloseTo(clean[k] + 0.5f * expected[k], within(1e-6f));
            }
            assertUserGradient(loss, moved(loss, both), out, along);
        }
    }

    /** Central differences by v of L + L_adv / 2 with the moved vectors held where they are. */
    private void assertUserGradient(Loss loss, float[][] moved, float[] out, float along) {
        for (int f = 0; f < D; f++) {
            float analytic = along * v[f];
            for (int k = 0; k <= M; k++) {
                analytic += out[k] * items[k][f];
            }
            float step = 0x1p-8f;
            float[] above = v.clone();
            float[] below = v.clone();
            above[f] += step;
            below[f] -= step;
            double numeric = (whole(loss, above, moved) - whole(loss, below, moved)) / (2 * step);
            assertThat(analytic).isCloseTo((float) numeric, within(3e-4f));
        }
    }

    private double whole(Loss loss, float[] user, float[][] moved) {
        return loss.value(scores(user, items), negatives) + 0.5 * loss.value(scores(user, moved), negatives);
    }

    @ParameterizedTest
    @ValueSource(strings = {"logistic", "bpr", "kpair", "hinge"})
    void thePerturbedLossIsNoLower(String name) {
        Loss loss = loss(name);
        double before = loss.value(scores(v, items), negatives);
        assertThat(loss.value(scores(v, moved(loss, false)), negatives)).isGreaterThanOrEqualTo(before);
        assertThat(loss.value(scores(v, moved(loss, true)), negatives)).isGreaterThanOrEqualTo(before);
    }

    @Test
    void withoutWeightOrWithoutNegativesOfItsOwnNothingIsAdded() {
        Loss loss = loss("bpr");
        float[] out = new float[1 + M];
        loss.gradients(scores(v, items), negatives, out);
        float[] before = out.clone();
        assertThat(new AdversarialTerm(Adversary.NONE).add(loss, scores(v, items), negatives, norm(), out))
                .isZero();
        Negatives others = new Negatives();
        for (int k = 1; k <= M; k++) {
            others.add(k, Double.NaN, 1f, "uniform");
        }
        assertThat(new AdversarialTerm(new Adversary("advir", 0.1f, 1f, true))
                        .add(loss, scores(v, items), others, norm(), out))
                .isZero();
        assertThat(out).containsExactly(before);
    }
}
