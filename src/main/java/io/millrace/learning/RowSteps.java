package io.millrace.learning;

/**
 * One step of one row, given its gradient: clipped to a norm, scaled by the optimiser, decayed, and projected to the norm
 * allowed. Weight decay is decoupled from the optimiser's scale (Loshchilov and Hutter, ICLR 2019).
 */
final class RowSteps {

    private final Arithmetic arithmetic = Arithmetic.own();
    private final Optimizer optimizer;
    private final ItemRows items;
    private final float maxGradient;
    private final float maxNorm;
    private final boolean scalar;
    private final int d;
    private final float keep;
    private final float[] scaled;

    RowSteps(LearningConfig config, Optimizer optimizer, ItemRows items) {
        this.optimizer = optimizer;
        this.items = items;
        maxGradient = config.maxGradient();
        maxNorm = config.maxNorm();
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
     * Steps a row whose gradient is {@code share × gradient[from..from+d)}; {@link #project} comes after it.
     *
     * @param norm of the gradient before the share is taken
     * @param squares of that gradient, its norm's
     */
    void step(
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
        } else {
            arithmetic.addScaled(clipped, gradient, from, 0f, scaled, 0, d);
            shrink(vectors, at);
            optimizer.step(vectors, at, states, stateAt, scaled, d);
        }
    }

    /** {@code share}, or so much of it that its product with a norm is no more than the largest gradient allowed. */
    float clip(float share, float norm) {
        float size = Math.abs(share) * norm;
        return size > maxGradient ? share * (maxGradient / size) : share;
    }

    /** Steps the target that starts there. */
    void stepTarget(int at, float[] gradient, int from, float squares) {
        float norm = (float) Math.sqrt(squares);
        step(1, gradient, from, norm, squares, items.floats, at, items.floats, items.targetStateAt(at));
        project(items.floats, at);
    }

    /** Steps the context of an item's row. */
    void stepContext(int row, float share, float[] gradient, int from, float norm, float squares) {
        int at = items.context(row);
        step(share, gradient, from, norm, squares, items.floats, at, items.floats, items.contextState(row));
        project(items.floats, at);
    }

    void shrink(float[] vectors, int at) {
        if (keep != 1) {
            arithmetic.addScaled(0f, vectors, at, keep, vectors, at, d);
        }
    }

    /** Projects a vector back to the largest norm allowed. */
    void project(float[] vectors, int at) {
        arithmetic.project(vectors, at, d, maxNorm);
    }
}
