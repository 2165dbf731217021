package io.millrace.sampling;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The hardest of K candidates: draw K from a base and keep the one the present model scores highest. With a uniform base
 * the item of rank r (0 is the best) of N is kept with probability
 *
 * <pre>
 *   ((N - r)^K - (N - r - 1)^K) / N^K
 * </pre>
 *
 * <p>A temperature T above 0 keeps candidate j with probability ∝ e^{s(j) / T} instead. Until the model has learned a
 * little, its scores say nothing and the first candidate is kept.
 *
 * <p>With a temperature and the base's q taken off, this is the adversarial choice of AdvIR: what the model itself finds
 * hard, out of an even pool.
 *
 * <p>Source: Zhang, Chen, Wang and Yu, "Optimizing Top-N Collaborative Filtering via Dynamic Negative Item Sampling",
 * SIGIR 2013; Park and Chang, "Adversarial Sampling and Training for Semi-Supervised Information Retrieval", WWW 2019.
 */
final class BestOfSampler implements Sampler, SamplerState {

    private final String name;
    private final Sampler base;
    private final boolean evenly;
    private final int candidates;
    private final double temperature;
    private final long warmup;
    private long learned;
    private int[] slots = new int[16];

    /**
     * @param candidates K; 1 is the base itself
     * @param temperature 0 keeps the maximum
     * @param evenly true to take the base's q off the choice, so that candidates follow e^{s / T} whatever the base
     * @param warmup contexts that are learned before K counts
     */
    BestOfSampler(String name, Sampler base, int candidates, double temperature, boolean evenly, long warmup) {
        this.name = name;
        this.evenly = evenly;
        this.base = base;
        this.candidates = candidates;
        this.temperature = temperature;
        this.warmup = warmup;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public QKind qKind() {
        return candidates == 1 ? base.qKind() : QKind.NONE;
    }

    @Override
    public boolean canDraw(Draw draw) {
        return base.canDraw(draw);
    }

    @Override
    public int draw(Draw draw) {
        if (candidates == 1 || learned < warmup) {
            return base.draw(draw);
        }
        if (!canDraw(draw)) {
            return NO_ELIGIBLE_ITEM;
        }
        drawCandidates(draw, candidates);
        draw.drawnBy(name);
        return best(draw, 0, candidates);
    }

    /** All candidates of all negatives are drawn before the first is scored: scores then wait for memory together. */
    @Override
    public void sample(Draw draw, int count, Negatives into) {
        if (candidates == 1 || learned < warmup) {
            Sampler.super.sample(draw, count, into);
            return;
        }
        if (!canDraw(draw)) {
            return;
        }
        drawCandidates(draw, count * candidates);
        for (int from = 0; from < count * candidates; from += candidates) {
            int best = best(draw, from, from + candidates);
            if (best >= 0) {
                into.add(best, Double.NaN, 1f, name);
            }
        }
        draw.drawnBy(name);
    }

    private void drawCandidates(Draw draw, int count) {
        if (slots.length < count) {
            slots = new int[count];
        }
        for (int k = 0; k < count; k++) {
            slots[k] = base.draw(draw);
        }
    }

    /** The best of some candidates, or {@link #EXHAUSTED} when none has a score. */
    private int best(Draw draw, int from, int to) {
        int best = EXHAUSTED;
        double bestKey = Double.NEGATIVE_INFINITY;
        for (int k = from; k < to; k++) {
            double key = key(draw, slots[k]);
            if (key > bestKey) {
                best = slots[k];
                bestKey = key;
            }
        }
        return best;
    }

    /** The score, with Gumbel noise where the choice is soft: the highest sum then follows the softmax. */
    private double key(Draw draw, int slot) {
        if (slot < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        float score = draw.scorer().score(slot);
        if (!Float.isFinite(score)) {
            return Double.NEGATIVE_INFINITY;
        }
        double key = temperature == 0 ? score : score / temperature + Gumbel.next(draw.random());
        return evenly ? key - StrictMath.log(base.probability(draw, slot)) : key;
    }

    @Override
    public double probability(Draw draw, int slot) {
        return candidates == 1 ? base.probability(draw, slot) : Double.NaN;
    }

    @Override
    public void learned(Draw draw, Negatives negatives) {
        learned++;
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(learned);
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        learned = in.readLong();
    }

    @Override
    public long stateBytes() {
        return 0;
    }
}
