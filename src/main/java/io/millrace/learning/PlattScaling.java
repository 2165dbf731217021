package io.millrace.learning;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Makes a click probability of a score, by a logistic regression on the score alone that goes on learning:
 *
 * <pre>
 *   p = σ(A s + B)        A -= η (p - y) s / √G_A        B -= η (p - y) / √G_B        G = γ G + g²
 * </pre>
 *
 * <p>It must see every closed impression and nothing else: negatives that a sampler drew were never shown, and a rate over
 * them is no click rate. A and B start at 1 and 0, which leaves the score as it is. The steps are Adagrad's, so that they
 * fit scores of any size, and forget, so that they follow a drift.
 *
 * <p>Source: Platt, "Probabilistic Outputs for Support Vector Machines", 1999; steps: Duchi, Hazan and Singer, JMLR 2011.
 */
public final class PlattScaling {

    private static final double START = 0.01;

    private final double stepSize;
    private final double kept;

    private double slope = 1;
    private double offset;
    private double slopeSquares = START;
    private double offsetSquares = START;

    /**
     * @param stepSize η; above 0, at most 1
     * @param memory impressions after which half of a squared gradient is forgotten; at least 1
     */
    public PlattScaling(double stepSize, int memory) {
        this.stepSize = stepSize;
        kept = StrictMath.pow(0.5, 1.0 / memory);
    }

    /** A. */
    public double slope() {
        return slope;
    }

    /** B. */
    public double offset() {
        return offset;
    }

    /** A s + B. */
    public double logit(double score) {
        return slope * clip(score) + offset;
    }

    public double probability(double score) {
        return probability(slope, offset, score);
    }

    /** σ(A s + B). */
    public static double probability(double slope, double offset, double score) {
        return Exp.sigmoid(clip(slope * clip(score) + offset));
    }

    public void learn(double score, boolean clicked) {
        step(score, probability(score) - (clicked ? 1 : 0));
    }

    /** An impression that was learned as unclicked was clicked after all: the difference of the two gradients. */
    public void correct(double score) {
        step(score, -1);
    }

    private void step(double score, double error) {
        double slopeGradient = error * clip(score);
        slopeSquares = kept * slopeSquares + slopeGradient * slopeGradient;
        offsetSquares = kept * offsetSquares + error * error;
        slope -= stepSize * slopeGradient / Math.sqrt(slopeSquares + START);
        offset -= stepSize * error / Math.sqrt(offsetSquares + START);
    }

    private static double clip(double logit) {
        return Math.max(-Loss.CLIP, Math.min(Loss.CLIP, logit));
    }

    public void writeTo(DataOutput out) throws IOException {
        out.writeDouble(slope);
        out.writeDouble(offset);
        out.writeDouble(slopeSquares);
        out.writeDouble(offsetSquares);
    }

    public void readFrom(DataInput in) throws IOException {
        slope = in.readDouble();
        offset = in.readDouble();
        slopeSquares = in.readDouble();
        offsetSquares = in.readDouble();
    }
}
