package io.millrace.learning;

import io.millrace.sampling.Negatives;

/**
 * The positive against all its negatives at once, the hardest counting most:
 *
 * <pre>
 *   L = ln( 1 + Σ_j w_j e^{s_j - s_i} )
 * </pre>
 *
 * <p>Source: Sohn, "Improved Deep Metric Learning with Multi-class N-pair Loss", NIPS 2016; as in MixGCF, Huang et al.,
 * KDD 2021.
 */
public final class PairwiseSoftmaxLoss implements Loss {

    @Override
    public String name() {
        return "kpair";
    }

    @Override
    public boolean needsQ() {
        return false;
    }

    @Override
    public double value(float[] scores, Negatives negatives) {
        return StrictMath.log1p(mass(scores, negatives));
    }

    @Override
    public void gradients(float[] scores, Negatives negatives, float[] out) {
        double total = 1 + mass(scores, negatives);
        double pulled = 0;
        for (int k = 0; k < negatives.size(); k++) {
            double pull = term(scores, negatives, k) / total;
            out[1 + k] = (float) pull;
            pulled += pull;
        }
        out[0] = (float) -pulled;
    }

    private static double mass(float[] scores, Negatives negatives) {
        double mass = 0;
        for (int k = 0; k < negatives.size(); k++) {
            mass += term(scores, negatives, k);
        }
        return mass;
    }

    private static double term(float[] scores, Negatives negatives, int k) {
        return negatives.weight(k) * Exp.exp(Loss.clip(scores[1 + k]) - Loss.clip(scores[0]));
    }
}
