package io.millrace.popularity;

import io.millrace.event.CounterRandom;
import java.util.Arrays;

/**
 * A discrete distribution over slots that can change and be drawn from in O(log n).
 *
 * <p>A tree whose nodes have eight children: the lowest nodes hold the weights, the others the sums of the nodes below
 * them. A node is two cache lines of one array: where its children's intervals start, for the draws, and the children
 * themselves, see {@link Descent}. All are kept as the bits of doubles, which order as the doubles do when none is negative.
 *
 * <p>Sums are <em>recomputed</em> from their terms, always in the same order, instead of adjusted by differences: there is
 * no drift and the tree is a pure function of its weights. Whatever the order of updates, and after a restart, the same
 * weights give the same draws. That is why it is not a Fenwick tree.
 *
 * <p>A sum's relative error is at most a few times 2^-53 per level; slots that weigh less than 2^-53 of the total cannot
 * be drawn. Not thread-safe.
 */
public final class SumTree {

    private static final int FAN = Descent.FAN;
    private static final int NODE = Descent.NODE;
    private static final int FIRST = Descent.FIRST;

    /**
     * A start that no number reaches. Rounding can leave a number a last bit above its node; it falls to the last child that
     * has a weight then.
     */
    private static final long NEVER = Long.MAX_VALUE;

    /**
     * Level by level from the weights up; the last level is one node. Of a node, entry k < 8 is its first k children together,
     * or {@link #NEVER} where none from the k-th on has a weight.
     */
    private long[] nodes = new long[FIRST + NODE];

    /** Where each level starts. */
    private int[] levels = {FIRST};

    private int capacity = FAN;
    private double total;

    private final Descent descent = Descent.get();

    /** What is left of the numbers that draws carry down the tree. */
    private long[] rests = new long[16];

    private final int[] single = new int[1];

    /** Slots the tree has room for. */
    public int capacity() {
        return capacity;
    }

    public double total() {
        return total;
    }

    /** The weight of a slot, 0 when it was never set. */
    public double get(int slot) {
        return slot < capacity ? Double.longBitsToDouble(nodes[child(0, slot)]) : 0;
    }

    /** Where the k-th entry of a level lies. */
    private int child(int height, int k) {
        return levels[height] + k / FAN * NODE + FAN + k % FAN;
    }

    /**
     * Sets the weight of a slot, making room for it where needed.
     *
     * @param weight finite and at least 0
     */
    public void set(int slot, double weight) {
        if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "weight of slot " + slot + " = " + weight + ", expected finite and >= 0");
        }
        if (slot >= capacity) {
            grow(slot + 1);
        } else if (get(slot) == weight) {
            return; // the sums are a function of the weights
        }
        int at = slot;
        double value = weight;
        for (int height = 0; height < levels.length; height++) {
            nodes[child(height, at)] = Double.doubleToRawLongBits(value);
            at /= FAN;
            value = runUp(nodes, levels[height] + at * NODE);
        }
        total = value;
    }

    /** Fills the starts of a node's children and returns the sum of all. */
    private static double runUp(long[] nodes, int node) {
        double sum = 0;
        int weightless = node;
        for (int k = node; k < node + FAN; k++) {
            nodes[k] = Double.doubleToRawLongBits(sum);
            double child = Double.longBitsToDouble(nodes[k + FAN]);
            sum += child;
            weightless = child > 0 ? k + 1 : weightless;
        }
        Arrays.fill(nodes, Math.max(weightless, node + 1), node + FAN, NEVER);
        return sum;
    }

    /** Multiplies every weight by 2^{@code exponent}: the move to another landmark. */
    public void scale(int exponent) {
        for (int slot = 0; slot < capacity; slot++) {
            nodes[child(0, slot)] = Double.doubleToRawLongBits(Math.scalb(get(slot), exponent));
        }
        rebuild();
    }

    /** A slot with probability weight / total, or -1 when all weights are 0. */
    public int draw(CounterRandom random) {
        if (total <= 0) {
            return -1;
        }
        rests[0] = Double.doubleToRawLongBits(random.nextDouble() * total);
        descent.find(nodes, levels, 1, rests, single);
        return single[0];
    }

    /**
     * The slots that {@code n} uniform numbers fall to, level by level: the draws wait for memory together instead of one
     * after another.
     *
     * @param uniform numbers in [0, 1)
     * @throws IllegalStateException when all weights are 0
     */
    public void draw(double[] uniform, int n, int[] slots) {
        if (total <= 0) {
            throw new IllegalStateException("nothing to draw from: all weights are 0");
        }
        if (rests.length < n) {
            rests = new long[n];
        }
        for (int k = 0; k < n; k++) {
            rests[k] = Double.doubleToRawLongBits(uniform[k] * total);
        }
        descent.find(nodes, levels, n, rests, slots);
    }

    private void grow(int slots) {
        int count = nodesFor(Math.max(slots, capacity * 2));
        int[] starts = new int[Integer.SIZE];
        starts[0] = FIRST;
        int height = 1;
        int end = FIRST + count * NODE;
        for (int above = count; above > 1; height++) {
            above = nodesFor(above);
            starts[height] = end;
            end += above * NODE;
        }
        long[] larger = new long[end];
        System.arraycopy(nodes, FIRST, larger, FIRST, capacity / FAN * NODE);
        nodes = larger;
        levels = Arrays.copyOf(starts, height);
        capacity = count * FAN;
        rebuild();
    }

    private static int nodesFor(int entries) {
        return (entries + FAN - 1) / FAN;
    }

    /** The nodes of a level lie before those of the next. */
    private void rebuild() {
        for (int height = 0; height < levels.length; height++) {
            int end = height + 1 < levels.length ? levels[height + 1] : nodes.length;
            for (int node = levels[height]; node < end; node += NODE) {
                total = runUp(nodes, node);
                if (height + 1 < levels.length) {
                    nodes[child(height + 1, (node - levels[height]) / NODE)] = Double.doubleToRawLongBits(total);
                }
            }
        }
    }

    public void clear() {
        Arrays.fill(nodes, 0);
        total = 0;
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        return 8L * nodes.length;
    }
}
