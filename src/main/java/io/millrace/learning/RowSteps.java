package io.millrace.learning;

/**
 * One step of one row, given its gradient: clipped to a norm, scaled by the optimiser, decayed, and projected to the norm
 * allowed. Weight decay is decoupled from the optimiser's scale (Loshchilov and Hutter, ICLR 2019).
 */
final class RowSteps {

    private static final float ROUNDED_UP = 1.000002f;

    private final Arithmetic arithmetic = Arithmetic.own();
    private final LearningConfig config;
    private final Optimizer optimizer;
    private final ItemRows items;
    private final float maxGradient;
    private final boolean scalar;
    private final int d;
    private final float keep;
    private final float[] scaled;

    RowSteps(LearningConfig config, Optimizer optimizer, ItemRows items) {
        this.config = config;
        this.optimizer = optimizer;
        this.items = items;
        maxGradient = config.maxGradient();
        scalar = optimizer.isScalar();
        d = items.padded();
        keep = 1 - config.stepSize() * config.l2();
        scaled = new float[d];
    }

    /** What a row is multiplied by at a step. */
    float keep() {
        return keep;
    }

    /**
     * Steps a row whose gradient is {@code share × gradient[from..from+d)}; returns how far it moved at most.
     *
     * @param norm of the gradient before the share is taken
     * @param squares of that gradient, its norm's
     */
    float step(
            float share,
            float[] gradient,
            int from,
            float norm,
            float squares,
            float[] vectors,
            int at,
            float[] states,
            int stateAt) {
        float clipped = clip(share, norm);
        if (scalar) {
            float rate = optimizer.rate(states, stateAt, clipped * clipped * squares / d);
            arithmetic.addScaled(-rate * clipped, gradient, from, keep, vectors, at, d);
            return rate * Math.abs(clipped) * norm;
        }
        arithmetic.addScaled(clipped, gradient, from, 0f, scaled, 0, d);
        shrink(vectors, at);
        optimizer.step(vectors, at, states, stateAt, scaled, d);
        return Float.POSITIVE_INFINITY;
    }

    /** {@code share}, or so much of it that its product with a norm is no more than the largest gradient allowed. */
    float clip(float share, float norm) {
        float size = Math.abs(share) * norm;
        return size > maxGradient ? share * (maxGradient / size) : share;
    }

    /** Steps the target of an item's row. */
    void stepTarget(int row, float[] gradient, int from, float squares) {
        int at = items.target(row);
        float norm = (float) Math.sqrt(squares);
        float move = step(1, gradient, from, norm, squares, items.floats, at, items.floats, items.targetStateAt(at));
        bound(row, 0, at, move);
    }

    /** Steps the context of an item's row. */
    void stepContext(int row, float share, float[] gradient, int from, float norm, float squares) {
        int at = items.context(row);
        float move =
                step(share, gradient, from, norm, squares, items.floats, at, items.floats, items.contextState(row));
        bound(row, items.hasContext() ? 1 : 0, at, move);
    }

    void shrink(float[] vectors, int at) {
        if (keep != 1) {
            arithmetic.addScaled(0f, vectors, at, keep, vectors, at, d);
        }
    }

    /** Projects half of an item's row that moved at most so far. */
    void bound(int row, int half, int at, float move) {
        items.normBound(row, half, raised(items.normBound(row, half), move));
        project(row, half, at);
    }

    /** Projects half of an item's row, whose bound was raised when it moved. */
    void project(int row, int half, int at) {
        float bound = items.normBound(row, half);
        if (!(bound <= config.maxNorm())) {
            items.normBound(row, half, project(items.floats, at, bound));
        }
    }

    /**
     * Projects a vector back to the largest norm allowed. {@code bound} is at least its norm, so as long as that is
     * allowed nothing need be computed; the decision itself always rests on the norm alone.
     *
     * @return the new bound
     */
    float project(float[] vectors, int at, float bound) {
        float limit = config.maxNorm();
        return bound <= limit ? bound : Arithmetic.above(arithmetic.project(vectors, at, d, limit));
    }

    /**
     * The bound of a norm after a move. The factor is above what the move, the sum and the coordinates of the row can lose by
     * rounding, so that a bound stays one.
     */
    static float raised(float bound, float move) {
        return (bound + move) * ROUNDED_UP;
    }
}
