package io.millrace.learning;

import io.millrace.sampling.Negatives;

/**
 * What a positive and its negatives should look like, as a function of their scores alone. Scores come as one array,
 * the positive first; so do the derivatives.
 *
 * <p>Contract: {@link #gradients} is the derivative of {@link #value}; scores are clipped to ±{@value #CLIP} first, so
 * both are finite.
 */
public interface Loss {

    /** Logits beyond this are as good as certain. */
    float CLIP = 35;

    /** Name in the configuration. */
    String name();

    /** True when the loss is meaningless without q of every negative. */
    boolean needsQ();

    /** True when the positive's own q is needed too, see {@link Negatives#positiveQ}. */
    default boolean needsPositiveQ() {
        return false;
    }

    /** The loss in nats. */
    double value(float[] scores, Negatives negatives);

    /**
     * The derivative of the loss by each score.
     *
     * @param scores [0] of the positive, [1 + k] of negative k
     * @param out as scores
     */
    void gradients(float[] scores, Negatives negatives, float[] out);

    static float clip(float score) {
        return score > CLIP ? CLIP : score < -CLIP ? -CLIP : score;
    }
}
