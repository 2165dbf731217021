package io.millrace.learning;

import io.millrace.event.VectorCode;

/**
 * The inner part of {@link PlainStep}: a vector x and the rows of an example are moved by one rate, all from the values before
 * it, as far as it is seen at a glance that nothing is too long:
 *
 * <pre>
 *   g     = Σ_k a_k y_k
 *   y_k  -= η a_k x        b_k -= η a_k, within ±the bias allowed
 *   x    -= η g
 * </pre>
 *
 * <p>The sums of squares that a glance looks at are over all rows together, part by part, so that none need be added up alone.
 * What is moved has the same bits whatever code moves it; how much a glance lets pass need not be the same.
 */
abstract class StepKernel {

    /** What was moved. */
    enum Moved {
        /** Nothing: the gradient of a row may be too long. */
        NOTHING,
        /** The rows, not x: one of them may be too long, or g, or x after its move. */
        ROWS,
        ALL
    }

    /**
     * What is the same in every step.
     *
     * @param d floats of a vector, padded
     * @param rate η
     * @param rowSquares most that a part of the squares of all rows and x may add up to
     * @param gradientSquares the same of a gradient
     * @param scalars where a row's {@link ItemRows#scalarsAt} lies from its start
     * @param maxBias the size that a bias is allowed
     */
    record Terms(int d, float rate, float rowSquares, float gradientSquares, int scalars, float maxBias) {}

    /** Vector code where the JVM has it. */
    static StepKernel make() {
        return VectorCode.orElse(StepKernel.class, "io.millrace.learning.VectorStepKernel", ScalarStepKernel::new);
    }

    /** The terms of a learner. */
    final Terms terms(LearningConfig config, float rate, ItemRows items) {
        return terms(
                items.padded(), rate, config.maxNorm(), config.maxGradient(), items.scalarsAt(0), config.maxBias());
    }

    final Terms terms(int d, float rate, float maxNorm, float maxGradient, int scalars, float maxBias) {
        float row = Arithmetic.squaresWithin(maxNorm, parts());
        float gradient = Arithmetic.squaresWithin(maxGradient, parts());
        return new Terms(d, rate, row, gradient, scalars, maxBias);
    }

    /** So many sums make up the squares of a row; where none of them is above its share, the whole is not. */
    abstract int parts();

    /**
     * Takes the step.
     *
     * @param at where the n rows start
     * @param a the pulls
     * @param squaresOfA the pulls' squares, added up; a number
     * @param digest folded into every row that moves
     * @param g is set where {@link Moved#ROWS} are moved
     */
    abstract Moved move(
            float[] x,
            int i,
            float[] rows,
            int[] at,
            float[] a,
            float squaresOfA,
            int n,
            Terms terms,
            long digest,
            float[] g);

    /** Counts a step on each row, and moves its bias. */
    static void moveScalars(float[] rows, int[] at, float[] a, int n, Terms terms, long digest) {
        for (int k = 0; k < n; k++) {
            moveScalars(rows, at[k] + terms.scalars, terms.rate * a[k], terms.maxBias, digest);
        }
    }

    static void moveScalars(float[] rows, int at, float move, float maxBias, long digest) {
        ItemRows.count(rows, at, digest);
        float bias = rows[at + ItemRows.BIAS] - move;
        rows[at + ItemRows.BIAS] = bias > maxBias ? maxBias : bias < -maxBias ? -maxBias : bias;
    }
}
