package io.millrace.learning;

import io.millrace.sampling.Negatives;

/**
 * The positive should be above each negative by a margin m, and pairs that are move no more:
 *
 * <pre>
 *   L = Σ_j w_j max(0, m + f(s_j) - f(s_i))        f(s) = s, or σ(s)
 * </pre>
 *
 * <p>Source: Weston, Bengio and Usunier, IJCAI 2011, without its rank weights; on σ of the scores as in MCNS, Yang et al.,
 * KDD 2020.
 *
 * @param margin m, on the scale of f
 * @param onProbability true when f is σ
 */
public record HingeLoss(float margin, boolean onProbability) implements Loss {

    @Override
    public String name() {
        return "hinge";
    }

    @Override
    public boolean needsQ() {
        return false;
    }

    @Override
    public double value(float[] scores, Negatives negatives) {
        double loss = 0;
        for (int k = 0; k < negatives.size(); k++) {
            loss += negatives.weight(k) * Math.max(0, margin + level(scores[1 + k]) - level(scores[0]));
        }
        return loss;
    }

    @Override
    public void gradients(float[] scores, Negatives negatives, float[] out) {
        double positive = level(scores[0]);
        float violations = 0;
        for (int k = 0; k < negatives.size(); k++) {
            boolean isViolated = margin + level(scores[1 + k]) - positive > 0;
            float weight = isViolated ? negatives.weight(k) : 0;
            violations += weight;
            out[1 + k] = weight * slope(scores[1 + k]);
        }
        out[0] = -violations * slope(scores[0]);
    }

    private double level(float score) {
        float clipped = Loss.clip(score);
        return onProbability ? Exp.sigmoid(clipped) : clipped;
    }

    private float slope(float score) {
        float clipped = Loss.clip(score);
        return onProbability ? (float) (Exp.sigmoid(clipped) * Exp.sigmoid(-clipped)) : 1;
    }
}
