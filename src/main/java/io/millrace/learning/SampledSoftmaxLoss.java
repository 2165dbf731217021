package io.millrace.learning;

import io.millrace.sampling.Negatives;

/**
 * The positive against the whole catalog, whose sum is estimated by importance sampling; the positive itself is not
 * sampled, so it is not corrected:
 *
 * <pre>
 *   L = -s_i + ln( e^{s_i} + Σ_j w_j e^{s_j} / (M q_j) )
 * </pre>
 *
 * <p>Source: Bengio and Senécal, AISTATS 2003; that the positive must stay uncorrected: Khrylchenko et al., "Correcting
 * the LogQ Correction", RecSys 2025.
 */
public final class SampledSoftmaxLoss implements Loss {

    private double[] masses = new double[16];

    @Override
    public String name() {
        return "softmax-is";
    }

    @Override
    public boolean needsQ() {
        return true;
    }

    @Override
    public double value(float[] scores, Negatives negatives) {
        double highest = highest(scores, negatives);
        return StrictMath.log(mass(scores, negatives, highest)) + highest - Loss.clip(scores[0]);
    }

    @Override
    public void gradients(float[] scores, Negatives negatives, float[] out) {
        double highest = highest(scores, negatives);
        double total = mass(scores, negatives, highest);
        out[0] = (float) (masses[0] / total - 1);
        for (int k = 1; k <= negatives.size(); k++) {
            out[k] = (float) (masses[k] / total);
        }
    }

    private static double highest(float[] scores, Negatives negatives) {
        float highest = scores[0];
        for (int k = 1; k <= negatives.size(); k++) {
            highest = Math.max(highest, scores[k]);
        }
        return Loss.clip(highest);
    }

    /** Fills {@code masses} with each term, scaled by e^-highest, and returns their sum. */
    private double mass(float[] scores, Negatives negatives, double highest) {
        int count = negatives.size();
        if (masses.length <= count) {
            masses = new double[2 * count];
        }
        masses[0] = Exp.exp(Loss.clip(scores[0]) - highest);
        double total = masses[0];
        for (int k = 0; k < count; k++) {
            double importance = negatives.weight(k) / (count * negatives.q(k));
            masses[1 + k] = importance * Exp.exp(Loss.clip(scores[1 + k]) - highest);
            total += masses[1 + k];
        }
        return total;
    }
}
