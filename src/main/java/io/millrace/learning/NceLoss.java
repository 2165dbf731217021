package io.millrace.learning;

import io.millrace.sampling.Negatives;

/**
 * Noise-contrastive estimation: tell the positive from M draws of noise whose law is known, and the score becomes the log
 * of a probability, its normaliser 1 by itself:
 *
 * <pre>
 *   Δ(j) = s_j - ln(M q_j)
 *   L    = -ln σ(Δ_i) - Σ_j w_j ln σ(-Δ_j)
 * </pre>
 *
 * <p>That holds when the noise may be any item, the positive as well ({@code learning.nce-strict}). Where the positive and
 * the user's clicks are left out of the draws, q is that of the law restricted to the rest and a score becomes a log-odds
 * instead. A positive whose q is not known is not corrected.
 *
 * <p>Source: Gutmann and Hyvärinen, AISTATS 2010; Mnih and Teh, ICML 2012, section 3 (the normaliser fixed to 1).
 */
public final class NceLoss implements Loss {

    @Override
    public String name() {
        return "nce";
    }

    @Override
    public boolean needsQ() {
        return true;
    }

    @Override
    public boolean needsPositiveQ() {
        return true;
    }

    @Override
    public double value(float[] scores, Negatives negatives) {
        double loss = Exp.softplus(-(Loss.clip(scores[0]) - StrictMath.log(expectedPositive(negatives))));
        for (int k = 0; k < negatives.size(); k++) {
            loss += negatives.weight(k)
                    * Exp.softplus(Loss.clip(scores[1 + k]) - StrictMath.log(expected(negatives, k)));
        }
        return loss;
    }

    /** With c = M q, σ(s - ln c) is 1 / (1 + c e^-s): no logarithm is needed. */
    @Override
    public void gradients(float[] scores, Negatives negatives, float[] out) {
        double noise = expectedPositive(negatives) * Exp.exp(-Loss.clip(scores[0]));
        out[0] = (float) (-noise / (1 + noise));
        for (int k = 0; k < negatives.size(); k++) {
            double other = expected(negatives, k) * Exp.exp(-Loss.clip(scores[1 + k]));
            out[1 + k] = negatives.weight(k) * (float) (1 / (1 + other));
        }
    }

    private static double expected(Negatives negatives, int k) {
        return negatives.size() * negatives.q(k);
    }

    /** M q of the positive; 1, whose logarithm corrects nothing, when q is not known or there is no noise. */
    private static double expectedPositive(Negatives negatives) {
        double expected = negatives.size() * negatives.positiveQ();
        return expected > 0 ? expected : 1;
    }
}
