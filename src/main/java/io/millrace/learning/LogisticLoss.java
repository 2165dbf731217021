package io.millrace.learning;

import io.millrace.sampling.Negatives;

/**
 * Every pair on its own, the loss of skip-gram with negative sampling:
 *
 * <pre>
 *   L = -ln σ(s_i) - Σ_j w_j ln σ(-s_j)
 * </pre>
 *
 * <p>Source: Mikolov et al., NIPS 2013, equation 4.
 */
public final class LogisticLoss implements Loss {

    @Override
    public String name() {
        return "logistic";
    }

    @Override
    public boolean needsQ() {
        return false;
    }

    @Override
    public double value(float[] scores, Negatives negatives) {
        double loss = Exp.softplus(-Loss.clip(scores[0]));
        for (int k = 0; k < negatives.size(); k++) {
            loss += negatives.weight(k) * Exp.softplus(Loss.clip(scores[1 + k]));
        }
        return loss;
    }

    @Override
    public void gradients(float[] scores, Negatives negatives, float[] out) {
        out[0] = -Sigmoid.of(-scores[0]);
        for (int k = 0; k < negatives.size(); k++) {
            out[1 + k] = negatives.weight(k) * Sigmoid.of(scores[1 + k]);
        }
    }
}
