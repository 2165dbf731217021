package io.millrace.learning;

/**
 * The commonest step without what it mostly does not need: a user's own row against the rows of an example, moved by one rate
 * for all. That nothing is too long is seen by the sum of squares of all that moves, see {@link StepKernel}; where it does not
 * show, {@link OnlineLearner} takes the step, or what is left of it, by norms. The bits are the same either way.
 *
 * <pre>
 *   x   -= η Σ_k a_k y_k
 *   y_k -= η a_k x          b_k -= η a_k
 * </pre>
 */
final class PlainStep {

    private final StepKernel kernel = StepKernel.make();
    private final StepKernel.Terms terms;
    private final ItemRows items;
    private final UserRows users;
    private final RowSteps steps;

    /** No single pull is longer than a gradient may be while all of them together are within this. */
    private final float maxPullSquares;

    /** @param rate η */
    PlainStep(LearningConfig config, float rate, ItemRows items, UserRows users, RowSteps steps) {
        this.items = items;
        this.users = users;
        this.steps = steps;
        maxPullSquares = Arithmetic.squaresWithin(config.maxGradient(), 1);
        terms = kernel.terms(config, rate, items);
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
     * Takes the step as far as it is seen at a glance that nothing is too long. Where nothing is moved, the rows may have been
     * announced all the same: as a rule they move by norms then.
     *
     * @param g takes the gradient of the user's row where that is not moved
     */
    StepKernel.Moved take(ExampleRows example, int user, long digest, float[] g) {
        int[] targets = example.offsets;
        float[] pulls = example.pulls;
        int n = example.distinct();
        float squares = example.pullSquares();
        if (!(squares <= maxPullSquares)) {
            return StepKernel.Moved.NOTHING; // or is no number
        }
        example.announce();
        StepKernel.Moved moved = kernel.move(
                users.floats, users.vector(user), items.floats, targets, pulls, squares, n, terms, digest, g);
        if (moved == StepKernel.Moved.NOTHING) {
            return moved;
        }
        users.touch(user);
        users.addSteps(user, 1, digest);
        if (moved == StepKernel.Moved.ROWS) {
            project(targets, n);
        }
        return moved;
    }

    private void project(int[] targets, int n) {
        for (int k = 0; k < n; k++) {
            steps.project(items.floats, targets[k]);
        }
    }
}
