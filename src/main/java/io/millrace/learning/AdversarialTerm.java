package io.millrace.learning;

import io.millrace.sampling.Adversary;
import io.millrace.sampling.Negatives;

/**
 * Adds to a loss L(s) what it would be had an adversary moved the items' vectors by ε towards where it grows:
 *
 * <pre>
 *   L + μ L_adv      L_adv = L at y_j + δ_j,  δ_j = ε g_j / ‖g_j‖ held constant,  g_j = ∂L / ∂y_j
 * </pre>
 *
 * <p>As s_j = y_j · v + b_j, g_j is parallel to v, and the perturbed scores are s_j + ε ‖v‖ for negatives and s_i - ε ‖v‖
 * for the positive: a margin that grows with the user's vector. With a' the derivatives of L there, v has the gradient
 * Σ_j a'_j (y_j + δ_j), of which Σ_j a'_j δ_j is a multiple of v. An item the loss does not depend on is not moved.
 *
 * <p>Source: Park and Chang, "Adversarial Sampling and Training for Semi-Supervised Information Retrieval", WWW 2019; the
 * closed form is ours.
 */
final class AdversarialTerm {

    private static final float LEAST_GRADIENT = 1e-12f;

    private final Adversary adversary;
    private float[] perturbed = new float[64];
    private float[] derivatives = new float[64];

    AdversarialTerm(Adversary adversary) {
        this.adversary = adversary;
    }

    boolean isActive() {
        return adversary.isActive();
    }

    /**
     * @param scores as the loss has them, the positive first
     * @param norm ‖v‖
     * @param out the derivatives of L, to which those of μ L_adv are added
     * @return what, times v, is to be added to the gradient by v
     */
    float add(Loss loss, float[] scores, Negatives negatives, float norm, float[] out) {
        if (!perturb(scores, negatives, norm, out)) {
            return 0;
        }
        loss.gradients(perturbed, negatives, derivatives);
        float along = 0;
        for (int k = 0; k <= negatives.size(); k++) {
            float moved = perturbed[k] - scores[k];
            along += moved > 0 ? derivatives[k] : moved < 0 ? -derivatives[k] : 0;
            out[k] += adversary.weight() * derivatives[k];
        }
        return adversary.weight() * adversary.epsilon() / norm * along;
    }

    /** Fills {@code perturbed}; false when no negative is the adversary's. */
    private boolean perturb(float[] scores, Negatives negatives, float norm, float[] gradients) {
        int count = negatives.size();
        if (perturbed.length <= count) {
            perturbed = new float[2 * count];
            derivatives = new float[2 * count];
        }
        float push = adversary.epsilon() * norm;
        boolean any = false;
        for (int k = 0; k < count; k++) {
            boolean is = negatives.sampler(k).equals(adversary.sampler());
            any |= is;
            perturbed[1 + k] = scores[1 + k] + (is && gradients[1 + k] * norm > LEAST_GRADIENT ? push : 0);
        }
        boolean movesPositive = adversary.both() && -gradients[0] * norm > LEAST_GRADIENT;
        perturbed[0] = scores[0] - (movesPositive ? push : 0);
        return any;
    }
}
