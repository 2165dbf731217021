package io.millrace.sampling;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A negative that is made of several, one per hop of the click graph: at each hop l, of some candidates, the one nearest
 * to the user when moved toward the positive i, and of these the mean,
 *
 * <pre>
 *   e'_j^(l) = α_l e_i^(l) + (1 - α_l) e_j^(l),   α_l uniform in [0, 1), one per negative and hop
 *   j_l      = argmax_j v · e'_j^(l)
 *   negative = mean over l of e'_{j_l}^(l)
 * </pre>
 *
 * <p>with the hop vectors of {@link Hops}. They are sums of rows, so the negative is one list of rows with coefficients,
 * and its gradient goes to each. Odd hops end at users, whose rows stay as they are in a step for another, so the hops
 * here are 0, 2, ... L. With L = 0 there is no graph, and the negative is α y_i + (1 - α) y_j of the candidate j nearest to the
 * user: that is {@code mixgcf-positive}.
 *
 * <p>Source: Huang et al., "MixGCF: An Improved Training Method for Graph Neural Network-based Recommender Systems", KDD
 * 2021.
 */
final class HopMixingSampler implements Sampler {

    /** Rows of one negative; of more, those with the smallest coefficients are left out. */
    static final int MOST_TERMS = 256;

    private final String name;
    private final Sampler base;
    private final @Nullable Hops hops;
    private final int most;
    private final int even;
    private final long refreshMs;
    private final double mostAlpha;
    private final int[] candidates;
    private int count;

    private int[] rows = new int[64];
    private float[] shares = new float[64];
    private float[] sizes = new float[64];
    private int terms;

    /**
     * @param candidates per negative, 1 to 256
     * @param most L, hops at most; 0 to 3
     * @param refreshMs event time for which the samples of neighbours stay, milliseconds
     */
    HopMixingSampler(Sampler base, Hops hops, int candidates, int most, long refreshMs) {
        this("mixgcf", base, hops, candidates, most, refreshMs, 1);
    }

    private HopMixingSampler(
            String name,
            Sampler base,
            @Nullable Hops hops,
            int candidates,
            int most,
            long refreshMs,
            double mostAlpha) {
        this.mostAlpha = mostAlpha;
        this.name = name;
        this.base = base;
        this.hops = hops;
        this.candidates = new int[candidates];
        this.most = most;
        this.refreshMs = refreshMs;
        even = most / 2 + 1;
    }

    /** Without hops: of each candidate the item itself. */
    static HopMixingSampler withoutHops(Sampler base, int candidates) {
        return withoutHops(base, candidates, 1);
    }

    /**
     * The same with α even in [0, mostAlpha).
     *
     * @param mostAlpha 0 to 1; 0 is the candidate as it is
     */
    static HopMixingSampler withoutHops(Sampler base, int candidates, double mostAlpha) {
        return new HopMixingSampler("mixgcf-positive", base, null, candidates, 0, 1, mostAlpha);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public QKind qKind() {
        return QKind.NONE;
    }

    @Override
    public boolean canDraw(Draw draw) {
        return base.canDraw(draw);
    }

    /** The candidate of hop 0. */
    @Override
    public int draw(Draw draw) {
        count = 0;
        for (int k = 0; k < candidates.length; k++) {
            int slot = base.draw(draw);
            if (slot == NO_ELIGIBLE_ITEM) {
                return slot;
            }
            if (slot >= 0) {
                candidates[count++] = slot;
            }
        }
        draw.drawnBy(name());
        return nearest(draw, 0, 0);
    }

    @Override
    public double probability(Draw draw, int slot) {
        return Double.NaN;
    }

    @Override
    public void sample(Draw draw, int wanted, Negatives into) {
        for (int k = 0; k < wanted; k++) {
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

    private void mix(Draw draw, int slot, Negatives into) {
        if (draw.positive() < 0) {
            return;
        }
        long epoch = Math.floorDiv(draw.atMs(), refreshMs);
        terms = 0;
        for (int hop = 0; hop <= most; hop += 2) {
            float alpha = (float) (mostAlpha * draw.random().nextDouble());
            int chosen = hop == 0 ? slot : nearest(draw, hop, epoch);
            add(draw.positive(), hop, epoch, alpha / even);
            if (chosen >= 0) {
                add(chosen, hop, epoch, (1 - alpha) / even);
            }
        }
        float least = leastKept();
        for (int t = 0, kept = 0; t < terms && kept < MOST_TERMS; t++) {
            if (Math.abs(shares[t]) >= least) {
                into.addItemTerm(rows[t], shares[t]);
                kept++;
            }
        }
    }

    /** α is the same for all candidates and products are linear, so it is the one nearest by itself. */
    private int nearest(Draw draw, int hop, long epoch) {
        int best = EXHAUSTED;
        double highest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < count; k++) {
            double product = product(draw, candidates[k], hop, epoch);
            if (product > highest) {
                best = candidates[k];
                highest = product;
            }
        }
        return best;
    }

    private double product(Draw draw, int slot, int hop, long epoch) {
        if (hop == 0) {
            return draw.model().score(slot) - draw.model().bias(slot);
        }
        Hops around = around(slot, hop, epoch);
        double sum = 0;
        for (int t = 0; t < around.size(); t++) {
            int row = (int) around.vertex(t);
            sum += around.coefficient(t)
                    * (draw.model().score(row) - draw.model().bias(row));
        }
        return sum;
    }

    private Hops around(int slot, int hop, long epoch) {
        if (hops == null) {
            throw new IllegalStateException(name + " has no hops");
        }
        hops.of(slot, hop, epoch);
        return hops;
    }

    private void add(int slot, int hop, long epoch, float share) {
        if (hop == 0) {
            room(1);
            rows[terms] = slot;
            shares[terms++] = share;
            return;
        }
        Hops around = around(slot, hop, epoch);
        room(around.size());
        for (int t = 0; t < around.size(); t++) {
            rows[terms] = (int) around.vertex(t);
            shares[terms++] = (float) (share * around.coefficient(t));
        }
    }

    private void room(int more) {
        if (terms + more > rows.length) {
            int larger = (terms + more) * 2;
            rows = Arrays.copyOf(rows, larger);
            shares = Arrays.copyOf(shares, larger);
            sizes = Arrays.copyOf(sizes, larger);
        }
    }

    private float leastKept() {
        if (terms <= MOST_TERMS) {
            return 0;
        }
        for (int t = 0; t < terms; t++) {
            sizes[t] = Math.abs(shares[t]);
        }
        Arrays.sort(sizes, 0, terms);
        return sizes[terms - MOST_TERMS];
    }

    @Override
    public long stateBytes() {
        return base.stateBytes();
    }
}
