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
 * <p>The older form treats the positive as one more draw, and corrects it as well:
 *
 * <pre>
 *   L = -s'_i + ln( e^{s'_i} + Σ_j w_j e^{s'_j} )        s' = s - ln(M q)
 * </pre>
 *
 * <p>It is kept, as {@code softmax-logq}, for comparison with systems that have it: a positive of small q gets a mass of
 * almost 1 and so hardly a gradient. Self-normalised importance sampling ({@code snis}), which estimates the expected
 * gradient by weights e^s / q that are made to sum to 1, the positive's among them, is the same estimate under another
 * name. A positive whose q is not known is not corrected.
 *
 * <p>Source: Bengio and Senécal, AISTATS 2003 and IEEE Transactions on Neural Networks 2008; {@code softmax-logq}: Yi et
 * al., RecSys 2019; that the positive must stay uncorrected: Khrylchenko et al., "Correcting the LogQ Correction", RecSys
 * 2025.
 */
public final class SampledSoftmaxLoss implements Loss {

    private final String name;
    private final boolean correctsPositive;
    private double[] masses = new double[16];

    /** @param correctsPositive true when the positive counts as a draw with a q of its own */
    SampledSoftmaxLoss(String name, boolean correctsPositive) {
        this.name = name;
        this.correctsPositive = correctsPositive;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean needsPositiveQ() {
        return correctsPositive;
    }

    @Override
    public boolean needsQ() {
        return true;
    }

    @Override
    public double value(float[] scores, Negatives negatives) {
        double highest = highest(scores, negatives);
        double total = mass(scores, negatives, highest);
        return StrictMath.log(total) + highest - Loss.clip(scores[0]) - StrictMath.log(importance(negatives));
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
        masses[0] = importance(negatives) * Exp.exp(Loss.clip(scores[0]) - highest);
        double total = masses[0];
        for (int k = 0; k < count; k++) {
            double importance = negatives.weight(k) / (count * negatives.q(k));
            masses[1 + k] = importance * Exp.exp(Loss.clip(scores[1 + k]) - highest);
            total += masses[1 + k];
        }
        return total;
    }

    /** Of the positive: 1, or 1 / (M q) where it is corrected. */
    private double importance(Negatives negatives) {
        double expected = correctsPositive ? negatives.size() * negatives.positiveQ() : 1;
        return expected > 0 ? 1 / expected : 1;
    }
}
