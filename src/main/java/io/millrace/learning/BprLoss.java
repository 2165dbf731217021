package io.millrace.learning;

import io.millrace.sampling.Negatives;

/**
 * The positive should score above each negative:
 *
 * <pre>
 *   L = -(1/M) Σ_j w_j ln σ(s_i - s_j)
 * </pre>
 *
 * <p>Source: Rendle, Freudenthaler, Gantner and Schmidt-Thieme, "BPR", UAI 2009.
 */
public final class BprLoss implements Loss {

    @Override
    public String name() {
        return "bpr";
    }

    @Override
    public boolean needsQ() {
        return false;
    }

    @Override
    public double value(float[] scores, Negatives negatives) {
        double loss = 0;
        for (int k = 0; k < negatives.size(); k++) {
            loss += negatives.weight(k) * Exp.softplus(Loss.clip(scores[1 + k] - scores[0]));
        }
        return negatives.size() == 0 ? 0 : loss / negatives.size();
    }

    @Override
    public void gradients(float[] scores, Negatives negatives, float[] out) {
        int count = negatives.size();
        float positive = 0;
        for (int k = 0; k < count; k++) {
            float pull = negatives.weight(k) * Sigmoid.of(scores[1 + k] - scores[0]) / count;
            out[1 + k] = pull;
            positive -= pull;
        }
        out[0] = positive;
    }
}
