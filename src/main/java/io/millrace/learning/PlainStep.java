package io.millrace.learning;

/**
 * The commonest step without what it mostly does not need: a user's own row against the rows of an example, moved by one rate
 * for all, where no gradient is clipped. Bounds of norms say that this is so; where they do not, nothing is moved and {@link
 * OnlineLearner} takes the step, by norms. The bits are the same either way.
 *
 * <pre>
 *   x   -= η Σ_k a_k y_k
 *   y_k -= η a_k x          b_k -= η a_k
 * </pre>
 */
final class PlainStep {

    /** Above what a sum of n rows and its norm can gain by rounding, taken n times. */
    private static final float ROUNDING = 1e-6f;

    private final Arithmetic arithmetic = Arithmetic.own();
    private final ItemRows items;
    private final UserRows users;
    private final RowSteps steps;
    private final float rate;
    private final float maxGradient;
    private final float maxNorm;
    private final float maxBias;
    private final int d;

    /** The rows of this step were announced before. */
    private boolean areAnnounced;

    /** Some row of an item may be longer than allowed after this step. */
    private boolean mayProject;

    /** @param rate η */
    PlainStep(LearningConfig config, float rate, ItemRows items, UserRows users, RowSteps steps) {
        this.steps = steps;
        this.items = items;
        this.users = users;
        this.rate = rate;
        maxGradient = config.maxGradient();
        maxNorm = config.maxNorm();
        maxBias = config.maxBias();
        d = items.padded();
    }

    /** True when the steps of a learner can be plain ones. */
    static boolean fits(LearningConfig config, Optimizer optimizer) {
        return config.scoresByOwnRow()
                && config.l2() == 0
                && optimizer.constantRate() > 0
                && !config.sequences().isSequential()
                && !config.sequences().isTree();
    }

    /**
     * Takes the step when bounds of norms suffice.
     *
     * @param bound of the norm of the user's row
     * @return false when it is to be taken by norms, and nothing has moved
     */
    boolean take(ExampleRows example, int user, float bound, long digest) {
        float pulled = pulled(example, bound);
        if (!(pulled <= maxGradient)) {
            return false;
        }
        users.touch(user);
        users.addSteps(user, 1, digest);
        int n = example.distinct();
        if (!areAnnounced) {
            announce(example.offsets, n);
        }
        stepScalars(example.offsets, example.pulls, n, digest);
        arithmetic.step(users.floats, users.vector(user), items.floats, example.offsets, example.pulls, -rate, n, d);
        project(example, user, RowSteps.raised(bound, rate * pulled));
        return true;
    }

    private void project(ExampleRows example, int user, float bound) {
        users.normBound(user, steps.project(users.floats, users.vector(user), bound));
        for (int k = 0; mayProject && k < example.distinct(); k++) {
            steps.project(example.rows[k], 0, example.offsets[k]);
        }
    }

    /** Measures what bounds did not suffice for: every step since they were measured has raised them. */
    void measure(ExampleRows example, int user) {
        users.measureNorm(user);
        for (int k = 0; k < example.distinct(); k++) {
            items.measureNorms(example.rows[k]);
        }
    }

    /**
     * Raises the bounds of the rows' norms by what the step moves them; they stay bounds if it is not taken.
     *
     * @param norm at least ‖x‖
     * @return at least the norm of x's gradient; no number or infinite where something may have to be clipped
     */
    private float pulled(ExampleRows example, float norm) {
        float[] floats = items.floats;
        int[] targets = example.offsets;
        float[] pulls = example.pulls;
        int n = example.distinct();
        int round = items.round();
        float move = rate * norm;
        float sum = 0;
        int largestPull = 0;
        int largestBound = 0;
        int marks = 0;
        for (int k = 0; k < n; k++) {
            float pull = Math.abs(pulls[k]);
            int at = items.scalarsAt(targets[k]);
            float raised = RowSteps.raised(floats[at + ItemRows.BOUNDS], pull * move);
            floats[at + ItemRows.BOUNDS] = raised;
            sum += pull * raised; // at least that of the row before the move
            largestPull = Math.max(largestPull, Float.floatToRawIntBits(pull)); // in the order of the numbers
            largestBound = Math.max(largestBound, Float.floatToRawIntBits(raised));
            marks |= RawBits.getInt(floats, at + ItemRows.MARK) ^ round;
        }
        areAnnounced = marks == 0;
        boolean clipsNone = Float.intBitsToFloat(largestPull) * (norm > 1 ? norm : 1) <= maxGradient;
        mayProject = Float.intBitsToFloat(largestBound) > maxNorm;
        return clipsNone ? sum * (1 + (n + 8) * ROUNDING) : Float.POSITIVE_INFINITY;
    }

    private void announce(int[] targets, int n) {
        for (int k = 0; k < n; k++) {
            items.announce(targets[k]);
        }
    }

    /** Counts the step and moves the biases. */
    private void stepScalars(int[] targets, float[] pulls, int n, long digest) {
        float[] floats = items.floats;
        for (int k = 0; k < n; k++) {
            int at = items.scalarsAt(targets[k]);
            items.count(at, digest);
            float bias = floats[at + ItemRows.BIAS] - rate * pulls[k];
            floats[at + ItemRows.BIAS] = bias > maxBias ? maxBias : bias < -maxBias ? -maxBias : bias;
        }
    }
}
