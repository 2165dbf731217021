package io.millrace.sampling;

/**
 * A negative that is made, not found: of some candidates the one nearest to the user when moved toward the positive i,
 *
 * <pre>
 *   e'_j = α y_i + (1 - α) y_j,   α uniform in [0, 1), one per negative
 *   j*   = argmax_j v · e'_j
 * </pre>
 *
 * <p>The negative is the mixture of both rows, and its gradient goes to both: to y_j with 1 - α, to y_i with α.
 *
 * <p>Source: Huang et al., "MixGCF: An Improved Training Method for Graph Neural Network-based Recommender Systems", KDD
 * 2021, positive mixing at hop 0.
 */
final class PositiveMixingSampler implements Sampler {

    private final Sampler base;
    private final int candidates;

    /** @param candidates per negative, 1 to 256 */
    PositiveMixingSampler(Sampler base, int candidates) {
        this.base = base;
        this.candidates = candidates;
    }

    @Override
    public String name() {
        return "mixgcf-positive";
    }

    @Override
    public QKind qKind() {
        return QKind.NONE;
    }

    @Override
    public boolean canDraw(Draw draw) {
        return base.canDraw(draw);
    }

    /** The candidate; α is the same for all of them and scores are linear, so it is the one nearest by itself. */
    @Override
    public int draw(Draw draw) {
        int best = EXHAUSTED;
        float highest = Float.NEGATIVE_INFINITY;
        for (int k = 0; k < candidates; k++) {
            int slot = base.draw(draw);
            if (slot == NO_ELIGIBLE_ITEM) {
                return slot;
            }
            float product = slot < 0
                    ? Float.NaN
                    : draw.model().score(slot) - draw.model().bias(slot);
            if (product > highest) {
                best = slot;
                highest = product;
            }
        }
        draw.drawnBy(name());
        return best;
    }

    @Override
    public double probability(Draw draw, int slot) {
        return Double.NaN;
    }

    @Override
    public void sample(Draw draw, int count, Negatives into) {
        for (int k = 0; k < count; k++) {
            int slot = draw(draw);
            if (slot == NO_ELIGIBLE_ITEM) {
                return;
            }
            if (slot >= 0) {
                into.add(slot, Double.NaN, 1f, name());
                mix(draw, slot, into);
            }
        }
    }

    private static void mix(Draw draw, int slot, Negatives into) {
        if (draw.positive() >= 0) {
            float alpha = (float) draw.random().nextDouble();
            into.addItemTerm(draw.positive(), alpha);
            into.addItemTerm(slot, 1 - alpha);
        }
    }

    @Override
    public long stateBytes() {
        return base.stateBytes();
    }
}
