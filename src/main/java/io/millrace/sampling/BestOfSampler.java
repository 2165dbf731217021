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
        int best = base.draw(draw);
        double bestKey = key(draw, best);
        for (int k = 1; k < candidates && best != NO_ELIGIBLE_ITEM; k++) {
            int slot = base.draw(draw);
            double key = key(draw, slot);
            if (slot >= 0 && (best < 0 || key > bestKey)) {
                best = slot;
                bestKey = key;
            }
        }
        draw.drawnBy(name());
        return best >= 0 && bestKey == Double.NEGATIVE_INFINITY ? EXHAUSTED : best;
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
