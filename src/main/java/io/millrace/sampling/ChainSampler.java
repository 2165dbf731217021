package io.millrace.sampling;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A Metropolis-Hastings chain per user over a target that is known up to its sum. From item x a step proposes y and
 * accepts it with probability a, else stays:
 *
 * <pre>
 *   g(y | x) = ρ q0(y) + (1 - ρ) ν(y | x)       ν: one of the items clicked next to x; ρ = 1 where there are none
 *   a = min(1, π(y) g(x | y) / (π(x) g(y | x)))
 * </pre>
 *
 * <p>Both densities are those of the whole mixture. A reverse density that leaves out one part, as published programs
 * have it, breaks detailed balance and with it the target. π is 0 for what is excluded. Chains go on from event to
 * event instead of burning in each time. A user's first one starts from q0 (mh), or where that of the last user was who
 * clicked the same item (mcns): the published program walks the graph depth first, so that a chain comes from a target
 * that is alike.
 *
 * <p>The sum of π is estimated by the mean of π(y) / q0(y) over the proposals from q0, for q.
 *
 * <p>Source: Metropolis et al. 1953, Hastings 1970; Yang et al., "Understanding Negative Sampling in Graph
 * Representation Learning", KDD 2020, for π = σ(s)^α and the neighbours (MCNS).
 */
final class ChainSampler implements Sampler, SamplerState, Catalog.Listener {

    /** What the chain is to draw from, up to a factor. */
    interface Target {
        double weight(Draw draw, int slot);
    }

    private final String name;
    private final Catalog catalog;
    private final Target target;
    private final Proposal law;
    private final Sampler start;
    private final @Nullable ClickGraph graph;
    private final double globalShare;
    private final int steps;
    private final boolean startsAtItem;

    private final Generations generations = new Generations();
    private final UserMemory chains;
    private long[] states = new long[16];

    /** Where the chain of the last user was who clicked an item; of no length when chains do not start there. */
    private long[] ofItem = new long[0];

    private int[] near;
    private int[] nearProposed;
    private int nearCount;
    private long context = -1;
    private int current;
    private double weight;
    private long proposals;
    private double ratios;

    /**
     * @param law q0, with full support
     * @param graph of neighbours, or null for none
     * @param globalShare ρ, 0.05 to 1
     * @param neighbours most neighbours of an item
     * @param steps per negative
     * @param users most chains kept
     * @param startsAtItem true when a user's first chain goes on from that of the last user who clicked the same item
     */
    ChainSampler(
            String name,
            Catalog catalog,
            Target target,
            Proposal law,
            int maxTries,
            @Nullable ClickGraph graph,
            double globalShare,
            int neighbours,
            int steps,
            int users,
            boolean startsAtItem) {
        this.name = name;
        this.catalog = catalog;
        this.target = target;
        this.law = law;
        start = new ExcludingSampler(law, maxTries);
        this.graph = neighbours == 0 ? null : graph;
        this.globalShare = globalShare;
        this.steps = steps;
        this.startsAtItem = startsAtItem;
        chains = new UserMemory(users);
        near = new int[neighbours];
        nearProposed = new int[neighbours];
        catalog.listen(this);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public QKind qKind() {
        return QKind.ESTIMATED;
    }

    @Override
    public boolean fullSupport() {
        return true;
    }

    @Override
    public boolean canDraw(Draw draw) {
        return start.canDraw(draw);
    }

    @Override
    public int draw(Draw draw) {
        if (!canDraw(draw)) {
            return NO_ELIGIBLE_ITEM;
        }
        enter(draw);
        if (current < 0) {
            return current;
        }
        for (int k = 0; k < steps; k++) {
            step(draw);
        }
        draw.drawnBy(name);
        return current;
    }

    private void enter(Draw draw) {
        if (draw.contexts() == context && current >= 0) {
            return;
        }
        if (draw.contexts() != context) {
            context = draw.contexts();
            proposals = 0;
            ratios = 0;
        }
        current = remembered(draw);
        if (current < 0 || draw.exclusions().contains(current)) {
            current = start.draw(draw);
        }
        if (current >= 0) {
            weight = weight(draw, current);
            nearCount = neighbours(current, near);
        }
    }

    private int remembered(Draw draw) {
        int place = chains.find(draw.user());
        if (place >= 0) {
            return generations.slot(states[place]);
        }
        int positive = draw.positive();
        return positive >= 0 && positive < ofItem.length ? generations.slot(ofItem[positive]) : -1;
    }

    /** π, and 0 for scores that are none. */
    private double weight(Draw draw, int slot) {
        double weight = draw.exclusions().contains(slot) ? 0 : target.weight(draw, slot);
        return weight > 0 && weight < Double.POSITIVE_INFINITY ? weight : 0;
    }

    private int neighbours(int slot, int[] out) {
        return graph == null ? 0 : graph.neighbours(slot, out);
    }

    private void step(Draw draw) {
        boolean global = nearCount == 0 || draw.random().nextDouble() < globalShare;
        int proposed = global ? law.draw(draw) : near[draw.random().nextInt(nearCount)];
        if (proposed < 0) {
            return;
        }
        double proposedWeight = weight(draw, proposed);
        double proposedLaw = law.probability(draw, proposed);
        if (global) {
            proposals++;
            ratios += proposedWeight / proposedLaw;
        }
        if (proposedWeight == 0) {
            return;
        }
        int count = neighbours(proposed, nearProposed);
        double there = density(proposedLaw, proposed, near, nearCount);
        double back = density(law.probability(draw, current), current, nearProposed, count);
        if (draw.random().nextDouble() * weight * there < proposedWeight * back) {
            current = proposed;
            weight = proposedWeight;
            int[] swap = near;
            near = nearProposed;
            nearProposed = swap;
            nearCount = count;
        }
    }

    /** g of a slot, given the neighbours of where the step is from. */
    private double density(double law, int slot, int[] from, int count) {
        if (count == 0) {
            return law;
        }
        int times = 0;
        for (int k = 0; k < count; k++) {
            times += from[k] == slot ? 1 : 0;
        }
        return globalShare * law + (1 - globalShare) * times / count;
    }

    /** Probability that one step from one item leads to another, in this context. */
    double transition(Draw draw, int from, int to) {
        int[] list = new int[near.length];
        int[] back = new int[near.length];
        int count = neighbours(from, list);
        double there = density(law.probability(draw, to), to, list, count);
        double reverse = density(law.probability(draw, from), from, back, neighbours(to, back));
        return there == 0 ? 0 : there * Math.min(1, weight(draw, to) * reverse / (weight(draw, from) * there));
    }

    @Override
    public void sample(Draw draw, int count, Negatives into) {
        int first = into.size();
        for (int k = 0; k < count; k++) {
            int slot = draw(draw);
            if (slot < 0) {
                break;
            }
            into.add(slot, Double.NaN, 1f, name);
        }
        for (int k = first; k < into.size(); k++) {
            into.q(k, probability(draw, into.slot(k)));
        }
    }

    /** π over its estimated sum; NaN before anything was proposed in this context. */
    @Override
    public double probability(Draw draw, int slot) {
        if (draw.contexts() != context || !(ratios > 0)) {
            return Double.NaN;
        }
        return catalog.isActive(slot) ? Math.min(1, weight(draw, slot) * proposals / ratios) : 0;
    }

    @Override
    public void learned(Draw draw, Negatives negatives) {
        if (draw.contexts() != context || current < 0) {
            return;
        }
        int place = chains.use(draw.user());
        if (place >= states.length) {
            states = Arrays.copyOf(states, chains.length());
        }
        states[place] = generations.stamp(current);
        if (startsAtItem && draw.positive() >= 0) {
            ofItem[draw.positive()] = states[place];
        }
    }

    @Override
    public void added(int slot) {
        if (startsAtItem && slot >= ofItem.length) {
            int from = ofItem.length;
            ofItem = Arrays.copyOf(ofItem, Math.max(slot + 1, Math.max(16, from * 2)));
            Arrays.fill(ofItem, from, ofItem.length, Generations.GONE);
        }
    }

    @Override
    public void retired(int slot) {
        generations.retired(slot);
        if (slot < ofItem.length) {
            ofItem[slot] = Generations.GONE;
        }
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(chains.size());
        for (int place = chains.first(); place >= 0; place = chains.next(place)) {
            out.writeLong(chains.user(place));
            write(states[place], out);
        }
        int items = 0;
        for (int slot = 0; slot < ofItem.length; slot++) {
            items += generations.slot(ofItem[slot]) >= 0 ? 1 : 0;
        }
        out.writeInt(items);
        for (int slot = 0; slot < ofItem.length; slot++) {
            if (generations.slot(ofItem[slot]) >= 0) {
                out.writeLong(catalog.item(slot).hash());
                write(ofItem[slot], out);
            }
        }
    }

    private void write(long stamp, DataOutput out) throws IOException {
        int slot = generations.slot(stamp);
        out.writeBoolean(slot >= 0);
        out.writeLong(slot >= 0 ? catalog.item(slot).hash() : 0);
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        chains.clear();
        Arrays.fill(ofItem, Generations.GONE);
        int users = in.readInt();
        for (int k = 0; k < users; k++) {
            int place = chains.use(in.readLong());
            if (place >= states.length) {
                states = Arrays.copyOf(states, chains.length());
            }
            states[place] = read(in);
        }
        int items = in.readInt();
        for (int k = 0; k < items; k++) {
            int slot = catalog.slotOf(in.readLong());
            long stamp = read(in);
            if (startsAtItem && slot >= 0) {
                ofItem[slot] = stamp;
            }
        }
    }

    private long read(DataInput in) throws IOException {
        boolean was = in.readBoolean();
        int slot = catalog.slotOf(in.readLong());
        return was && slot >= 0 ? generations.stamp(slot) : Generations.GONE;
    }

    @Override
    public long stateBytes() {
        return 8L * (states.length + ofItem.length) + chains.stateBytes() + generations.stateBytes();
    }
}
