package io.millrace.sampling;

import io.millrace.popularity.DecayedCounts;
import io.millrace.popularity.ItemCounts;
import io.millrace.popularity.Power;
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

    /** Counts that have all but faded weigh as this one when β is below 0, so that the sum stays finite. */
    private static final double LEAST = 0x1p-900;

    private static final int FROM_TREE = Integer.MIN_VALUE;

    private final SumTree tree = new SumTree();
    private final SetAside aside = new SetAside();
    private final DecayedCounts counts;
    private final UniformSampler floor = new UniformSampler();
    private final Power beta;
    private final double epsilon;
    private final TreeDraws fromTree = new TreeDraws();

    /**
     * @param source which counts weigh: clicks when true, exposures when false
     * @param beta exponent, -1 to 1.5
     * @param epsilon share of uniform draws, 0 to 1
     */
    public PopularitySampler(ItemCounts items, boolean source, double beta, double epsilon) {
        counts = source ? items.decayedClicks() : items.decayedExposures();
        this.beta = new Power(beta);
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
        if (tree.total() <= 0) {
            return aside.isEmpty() || epsilon > 0 ? floor.draw(draw) : -1;
        }
        boolean uniform = epsilon > 0 && draw.random().nextDouble() < floorShare();
        return uniform ? floor.draw(draw) : tree.draw(draw.random());
    }

    @Override
    public void draw(Draw draw, int count, int[] slots, double[] q) {
        if (tree.total() <= 0 || !aside.isEmpty()) {
            Proposal.super.draw(draw, count, slots, q);
            return;
        }
        fromTree.clear(count);
        for (int k = 0; k < count; k++) {
            boolean isFloor = epsilon > 0 && draw.random().nextDouble() < epsilon;
            slots[k] = isFloor ? floor.draw(draw) : FROM_TREE;
            if (!isFloor) {
                fromTree.add(draw.random());
            }
        }
        fromTree.make(tree);
        for (int k = count - 1; k >= 0; k--) {
            slots[k] = slots[k] == FROM_TREE ? fromTree.takeLast() : slots[k];
        }
        double even = 1.0 / draw.catalog().size();
        for (int k = 0; k < count; k++) {
            q[k] = (1 - epsilon) * (tree.get(slots[k]) / tree.total()) + epsilon * even;
        }
    }

    /** ε, or more while some of the counted items are set aside. */
    private double floorShare() {
        if (aside.isEmpty()) {
            return epsilon;
        }
        return epsilon / (epsilon + (1 - epsilon) * (tree.total() / aside.total()));
    }

    @Override
    public void setAside(int slot) {
        aside.add(slot, tree);
    }

    @Override
    public void putBack() {
        aside.putBack(tree);
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

    /** C^β, or 0 for an item without counts whatever β is. */
    private double weight(double count) {
        if (!(count > 0)) {
            return 0;
        }
        return beta.of(beta.exponent() < 0 ? Math.max(count, LEAST) : count);
    }

    @Override
    public long stateBytes() {
        return tree.stateBytes();
    }
}
