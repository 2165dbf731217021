package io.millrace.sampling;

import io.millrace.popularity.DecayedCounts;
import io.millrace.popularity.ItemCounts;
import io.millrace.popularity.Power;
import io.millrace.popularity.SumTree;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Items that are shown often are drawn by popularity, the rest evenly. With f(a) the decayed exposures of an item at
 * present, A_high = {a: f(a) > θ}, A_low the others, and S_high, S_low the sums of f^t over them,
 *
 * <pre>
 *   q(a) = f(a)^t / (S_low + S_high)               in A_high: its plain share
 *   q(a) = S_low / (S_low + S_high) / |A_low|      in A_low: the mass of the tail, flattened
 * </pre>
 *
 * <p>An item that was never shown counts f0^t in S_low. Exposures are kept from a landmark, X = f · 2^((now - L) / H), so
 * the threshold there is θ · 2^((now - L) / H) and rises as time passes. Items sink below it without being touched: a
 * heap holds those of A_high by X, and each demotion was paid for by a promotion.
 *
 * <p>Source: Fei, Tan, Guo, Zhang, Zhang and Li, "Sample Optimization for Display Advertising", CIKM 2020; the decayed
 * threshold and f0 are ours.
 */
final class WeightedRandomSampler implements Proposal, SamplerState, ItemCounts.Listener, Catalog.Listener {

    private static final int MAX_TRIES = 16;

    private static final int FROM_TREE = Integer.MIN_VALUE;

    private final Catalog catalog;
    private final DecayedCounts exposures;
    private final double threshold;
    private final Power power;
    private final double unseen;

    private final SumTree high = new SumTree();
    private final SumTree low = new SumTree();
    private final SetAside aside = new SetAside();
    private final TreeDraws fromHigh = new TreeDraws();
    private final ActiveSlots lows = new ActiveSlots();
    private final LeastFirst byCount = new LeastFirst();
    private int lowsSeen;

    private long nowMs = Long.MIN_VALUE;
    private double landmarkThreshold = Double.NaN;
    private double fade;

    /**
     * @param threshold θ, decayed exposures; at least 0
     * @param power t, 0 to 1.5
     * @param unseen f0, what an item that was never shown counts for; at least 0
     */
    WeightedRandomSampler(Catalog catalog, ItemCounts counts, double threshold, double power, double unseen) {
        this.catalog = catalog;
        this.threshold = threshold;
        this.power = new Power(power);
        this.unseen = unseen > 0 ? this.power.of(unseen) : 0;
        exposures = counts.decayedExposures();
        at(counts.landmarkMs());
        catalog.listen(this);
        counts.listen(this);
    }

    @Override
    public String name() {
        return "weighted-random";
    }

    @Override
    public QKind qKind() {
        return QKind.EXACT;
    }

    @Override
    public int draw(Draw draw) {
        if (catalog.size() == 0) {
            return NOTHING;
        }
        double lowMass = lowMass();
        double highMass = fade * high.total();
        boolean drawLow = highMass <= 0 || draw.random().nextDouble() * (lowMass + highMass) < lowMass;
        return drawLow ? drawLow(draw) : high.draw(draw.random());
    }

    @Override
    public void draw(Draw draw, int count, int[] slots, double[] q) {
        double lowMass = lowMass();
        double total = lowMass + fade * high.total();
        if (!(total > lowMass) || !aside.isEmpty()) {
            Proposal.super.draw(draw, count, slots, q);
            return;
        }
        fromHigh.clear(count);
        for (int k = 0; k < count; k++) {
            boolean drawLow = draw.random().nextDouble() * total < lowMass;
            slots[k] = drawLow ? drawLow(draw) : FROM_TREE;
            if (!drawLow) {
                fromHigh.add(draw.random());
            }
        }
        fromHigh.make(high);
        double evenly = lowMass / total / lows.size();
        for (int k = count - 1; k >= 0; k--) {
            boolean isHigh = slots[k] == FROM_TREE;
            slots[k] = isHigh ? fromHigh.takeLast() : slots[k];
            q[k] = isHigh ? fade * high.get(slots[k]) / total : evenly;
        }
    }

    private int drawLow(Draw draw) {
        if (lows.size() == 0) {
            return aside.isEmpty() ? NOTHING : RETRY;
        }
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            int slot = draw.random().nextInt(catalog.slots());
            if (lows.isSet(slot)) {
                return slot;
            }
        }
        return lows.select(draw.random().nextInt(lows.size()));
    }

    @Override
    public double probability(Draw draw, int slot) {
        double lowMass = lowMass();
        double total = lowMass + fade * high.total();
        if (lows.isSet(slot)) {
            return total > 0 ? lowMass / total / lows.size() : 1.0 / lows.size();
        }
        return total > 0 ? fade * high.get(slot) / total : 0;
    }

    /** S_low in exposures of the present. */
    private double lowMass() {
        return fade * low.total() + (lows.size() - lowsSeen) * unseen;
    }

    boolean isHigh(int slot) {
        return high.get(slot) > 0;
    }

    @Override
    public void setAside(int slot) {
        aside.add(slot, high);
    }

    @Override
    public void putBack() {
        aside.putBack(high);
    }

    @Override
    public void added(int slot) {
        lows.set(slot);
        changed(slot);
    }

    @Override
    public void retired(int slot) {
        lowsSeen -= low.get(slot) > 0 ? 1 : 0;
        low.set(slot, 0);
        high.set(slot, 0);
        lows.clear(slot);
    }

    @Override
    public void changed(int slot) {
        if (!catalog.isActive(slot)) {
            return;
        }
        double count = exposures.get(slot);
        boolean wasHigh = isHigh(slot);
        double weight = count > 0 ? weight(count) : 0;
        if (count > landmarkThreshold) {
            if (!wasHigh) {
                leaveLow(slot);
                byCount.add(slot, count);
                byCount.trim(4 * (catalog.slots() - lows.size()) + 1024, this::isHigh, exposures::get);
            }
            high.set(slot, weight);
        } else {
            if (wasHigh) {
                high.set(slot, 0);
                lows.set(slot);
            }
            lowsSeen += (weight > 0 ? 1 : 0) - (low.get(slot) > 0 ? 1 : 0);
            low.set(slot, weight);
        }
    }

    private void leaveLow(int slot) {
        lowsSeen -= low.get(slot) > 0 ? 1 : 0;
        low.set(slot, 0);
        lows.clear(slot);
    }

    private double weight(double count) {
        return Math.max(Double.MIN_NORMAL, power.of(count));
    }

    @Override
    public void shrank(int exponent) {
        at(nowMs);
        byCount.clear();
        for (int slot = 0; slot < catalog.slots(); slot++) {
            if (catalog.isActive(slot)) {
                boolean wasHigh = isHigh(slot);
                high.set(slot, 0);
                if (wasHigh) {
                    lows.set(slot);
                }
                changed(slot);
            }
        }
    }

    /** Moves on to A_low all that has sunk below the threshold by now. */
    @Override
    public void advanced(long nowMs) {
        if (nowMs <= this.nowMs) {
            return;
        }
        at(nowMs);
        while (!byCount.isEmpty() && byCount.leastKey() <= landmarkThreshold) {
            int slot = byCount.removeLeast();
            if (!isHigh(slot)) {
                continue;
            }
            double count = exposures.get(slot);
            if (count > landmarkThreshold) {
                byCount.add(slot, count);
            } else {
                changed(slot);
            }
        }
    }

    private void at(long nowMs) {
        this.nowMs = nowMs;
        double growth = exposures.halfLife().weight(nowMs, exposures.landmarkMs());
        landmarkThreshold = threshold * growth;
        fade = 1 / power.of(growth);
    }

    /** The groups follow from the counts and the time. */
    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(nowMs);
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        nowMs = in.readLong();
        shrank(0);
    }

    @Override
    public long stateBytes() {
        return high.stateBytes() + low.stateBytes() + lows.stateBytes() + byCount.stateBytes();
    }
}
