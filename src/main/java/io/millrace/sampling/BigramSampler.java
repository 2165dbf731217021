package io.millrace.sampling;

import io.millrace.popularity.Power;

/**
 * Given the item h the user clicked last, what users click after it:
 *
 * <pre>
 *   q(j | h) = (1 - η) n_hj^β / Σ_k n_hk^β + η q_popularity(j)
 * </pre>
 *
 * <p>n_hj is how often j was clicked right after h, decayed. Without a last click, or where nothing is known to follow
 * it, this is the popularity law itself. Its draws are hard, since they are likely next clicks; use it in a mixture.
 *
 * <p>Source: Bengio and Senécal, AISTATS 2003 and IEEE TNN 2008 (n-gram proposals).
 */
final class BigramSampler implements Proposal {

    private final Transitions transitions;
    private final PopularitySampler popularity;
    private final double backOff;
    private final Power beta;

    private long context = -1;
    private int[] slots = new int[64];
    private double[] sums = new double[64];
    private int size;

    /**
     * @param backOff η, share of popularity draws; above 0, at most 1
     * @param beta exponent of the counts
     */
    BigramSampler(Transitions transitions, PopularitySampler popularity, double backOff, double beta) {
        this.transitions = transitions;
        this.popularity = popularity;
        this.backOff = backOff;
        this.beta = new Power(beta);
    }

    @Override
    public String name() {
        return "bigram";
    }

    @Override
    public QKind qKind() {
        return popularity.qKind();
    }

    @Override
    public int draw(Draw draw) {
        collect(draw);
        if (size == 0 || draw.random().nextDouble() < backOff) {
            return popularity.draw(draw);
        }
        double rest = draw.random().nextDouble() * sums[size - 1];
        int at = 0;
        while (at < size - 1 && sums[at] <= rest) {
            at++;
        }
        return slots[at];
    }

    @Override
    public double probability(Draw draw, int slot) {
        collect(draw);
        double popular = popularity.probability(draw, slot);
        if (size == 0) {
            return popular;
        }
        double weight = 0;
        for (int k = 0; k < size; k++) {
            if (slots[k] == slot) {
                weight = sums[k] - (k == 0 ? 0 : sums[k - 1]);
            }
        }
        return (1 - backOff) * (weight / sums[size - 1]) + backOff * popular;
    }

    private void collect(Draw draw) {
        if (draw.contexts() == context) {
            return;
        }
        context = draw.contexts();
        int last = draw.lastClicked();
        int known = transitions.size(last);
        if (known > slots.length) {
            slots = new int[known];
            sums = new double[known];
        }
        size = 0;
        double sum = 0;
        for (int k = 0; k < known; k++) {
            int slot = transitions.successor(last, k);
            double count = transitions.count(last, k);
            if (slot >= 0 && count > 0) {
                sum += beta.of(count);
                slots[size] = slot;
                sums[size++] = sum;
            }
        }
    }

    @Override
    public long stateBytes() {
        return 0;
    }
}
