package io.millrace.sampling;

import java.util.function.IntUnaryOperator;

/**
 * All negatives of a positive at once, distinct and, where items have categories, diverse. The M items z of a pool have
 *
 * <pre>
 *   π(z) ∝ Π_m h(z_m) · 1[all distinct] · e^{-γ · pairs of one category},   h = σ(s)^α
 * </pre>
 *
 * <p>and each sweep draws every z_m anew given the others. One negative alone is one coordinate, for which Gibbs sampling
 * is only a draw by h.
 *
 * <p>Source: Geman and Geman, 1984, for the method; this form is ours.
 */
final class GibbsSlateSampler implements Sampler {

    private final Sampler base;
    private final Pool pool;
    private final int sweeps;
    private final double alpha;
    private final double gamma;
    private final IntUnaryOperator categories;
    private final double[] hardness;
    private final double[] weights;
    private final boolean[] taken;
    private final int[] slate;

    /**
     * @param poolSize candidates, also the most negatives
     * @param alpha exponent of σ(s); 0 makes all candidates equal
     * @param gamma γ, what a pair of one category costs
     * @param categories of slots; below 0 is none
     */
    GibbsSlateSampler(Sampler base, int poolSize, int sweeps, double alpha, double gamma, IntUnaryOperator categories) {
        this.base = base;
        pool = new Pool(poolSize);
        this.sweeps = sweeps;
        this.alpha = alpha;
        this.gamma = gamma;
        this.categories = categories;
        hardness = new double[poolSize];
        weights = new double[poolSize];
        taken = new boolean[poolSize];
        slate = new int[poolSize];
    }

    @Override
    public String name() {
        return "gibbs-slate";
    }

    @Override
    public QKind qKind() {
        return QKind.NONE;
    }

    @Override
    public boolean canDraw(Draw draw) {
        return base.canDraw(draw);
    }

    @Override
    public int draw(Draw draw) {
        int found = fill(draw, 1);
        if (found < 1) {
            return canDraw(draw) ? EXHAUSTED : NO_ELIGIBLE_ITEM;
        }
        draw.drawnBy(name());
        return pool.slot(slate[0]);
    }

    @Override
    public void sample(Draw draw, int count, Negatives into) {
        int found = fill(draw, count);
        for (int m = 0; m < found; m++) {
            into.add(pool.slot(slate[m]), Double.NaN, 1f, name());
        }
    }

    /** Draws a slate of at most so many from a new pool; returns its length. */
    private int fill(Draw draw, int count) {
        pool.fillDistinct(base, draw);
        int length = Math.min(count, pool.size());
        for (int k = 0; k < pool.size(); k++) {
            hardness[k] = alpha == 0
                    ? 1
                    : StrictMath.exp(alpha * logSigmoid(draw.scorer().score(pool.slot(k))));
            taken[k] = k < length;
        }
        for (int m = 0; m < length; m++) {
            slate[m] = m;
        }
        for (int sweep = 0; sweep < sweeps; sweep++) {
            for (int m = 0; m < length; m++) {
                redraw(draw, m, length);
            }
        }
        return length;
    }

    private static double logSigmoid(float score) {
        double s = Float.isFinite(score) ? score : 0;
        return s > 0 ? -StrictMath.log1p(StrictMath.exp(-s)) : s - StrictMath.log1p(StrictMath.exp(s));
    }

    private void redraw(Draw draw, int m, int length) {
        taken[slate[m]] = false;
        double sum = 0;
        for (int k = 0; k < pool.size(); k++) {
            weights[k] = taken[k] ? 0 : hardness[k] * discount(k, m, length);
            sum += weights[k];
        }
        double rest = draw.random().nextDouble() * sum;
        int chosen = slate[m];
        for (int k = 0; k < pool.size() && rest >= 0; k++) {
            if (weights[k] > 0) {
                chosen = k;
                rest -= weights[k];
            }
        }
        slate[m] = chosen;
        taken[chosen] = true;
    }

    private double discount(int candidate, int m, int length) {
        int category = gamma == 0 ? -1 : categories.applyAsInt(pool.slot(candidate));
        if (category < 0) {
            return 1;
        }
        int same = 0;
        for (int other = 0; other < length; other++) {
            boolean counts = other != m && categories.applyAsInt(pool.slot(slate[other])) == category;
            same += counts ? 1 : 0;
        }
        return StrictMath.exp(-gamma * same);
    }

    @Override
    public double probability(Draw draw, int slot) {
        return Double.NaN;
    }

    @Override
    public long stateBytes() {
        return base.stateBytes();
    }
}
