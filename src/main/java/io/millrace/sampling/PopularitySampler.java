package io.millrace.sampling;

import io.millrace.popularity.DecayedCounts;
import io.millrace.popularity.ItemCounts;
import io.millrace.popularity.SumTree;

/**
 * Popular items are drawn more often, with a floor for the silent ones:
 *
 * <pre>
 *   q(j) = (1 - ε) C_j^β / Σ_k C_k^β + ε / N
 * </pre>
 *
 * <p>C_j is the decayed count. The decay factor is common to all items and cancels in the ratio for every β, so the tree
 * needs no upkeep while time passes; only a count moves it. Without counts the law is uniform.
 *
 * <p>Source: Mikolov et al., NIPS 2013, section 2.2 (β = 0.75); Chen et al., KDD 2017, for recommenders.
 */
public final class PopularitySampler implements Proposal, ItemCounts.Listener {

    private final SumTree tree = new SumTree();
    private final DecayedCounts counts;
    private final UniformSampler floor = new UniformSampler();
    private final double beta;
    private final double epsilon;

    /**
     * @param source which counts weigh: clicks when true, exposures when false
     * @param beta exponent, -1 to 1.5
     * @param epsilon share of uniform draws, 0 to 1
     */
    public PopularitySampler(ItemCounts items, boolean source, double beta, double epsilon) {
        counts = source ? items.decayedClicks() : items.decayedExposures();
        this.beta = beta;
        this.epsilon = epsilon;
        items.listen(this);
    }

    @Override
    public String name() {
        return "popularity";
    }

    @Override
    public QKind qKind() {
        return epsilon > 0 ? QKind.EXACT : QKind.PARTIAL;
    }

    @Override
    public int draw(Draw draw) {
        double total = tree.total();
        boolean uniform = total <= 0 || epsilon > 0 && draw.random().nextDouble() < epsilon;
        return uniform ? floor.draw(draw) : tree.draw(draw.random());
    }

    @Override
    public double probability(Draw draw, int slot) {
        double total = tree.total();
        double uniform = floor.probability(draw, slot);
        return total <= 0 ? uniform : (1 - epsilon) * (tree.get(slot) / total) + epsilon * uniform;
    }

    @Override
    public void changed(int slot) {
        tree.set(slot, weight(counts.get(slot)));
    }

    /** Shares do not move when all counts shrink together, but the stored powers do. */
    @Override
    public void shrank(int exponent) {
        for (int slot = 0; slot < tree.capacity(); slot++) {
            if (tree.get(slot) > 0) {
                tree.set(slot, weight(counts.get(slot)));
            }
        }
    }

    /** C^β; square roots where they do, since they are exact and several times faster than a power. */
    private double weight(double count) {
        if (!(count > 0)) {
            return 0;
        }
        if (beta == 1) {
            return count;
        }
        if (beta == 0.75) {
            double root = Math.sqrt(count);
            return root * Math.sqrt(root);
        }
        return beta == 0.5 ? Math.sqrt(count) : StrictMath.pow(count, beta);
    }

    @Override
    public long stateBytes() {
        return tree.stateBytes();
    }
}
