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
     * From the weights up; the last level is one node. Of a node, entry k < 8 is its first k children together, or {@link
     * #NEVER} where none from the k-th on has a weight.
     */
    private long[][] levels = {new long[FIRST + NODE]};

    private double total;

    private final Descent descent = Descent.get();

    /** What is left of the number that a draw carries down the tree. */
    private long[] rests = new long[16];

    private final int[] single = new int[1];

    /** Slots the tree has room for. */
    public int capacity() {
        return nodes(levels[0]) * FAN;
    }

    public double total() {
        return total;
    }

    /** The weight of a slot, 0 when it was never set. */
    public double get(int slot) {
        return slot < capacity() ? Double.longBitsToDouble(levels[0][child(slot)]) : 0;
    }

    /** Where the k-th entry of a level lies. */
    private static int child(int k) {
        return FIRST + k / FAN * NODE + FAN + k % FAN;
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
        if (slot >= capacity()) {
            grow(slot + 1);
        }
        int at = slot;
        double value = weight;
        for (long[] level : levels) {
            level[child(at)] = Double.doubleToRawLongBits(value);
            at /= FAN;
            value = runUp(level, at);
        }
        total = value;
    }

    /** Fills the starts of a node's children and returns the sum of all. */
    private static double runUp(long[] level, int which) {
        int node = FIRST + which * NODE;
        double sum = 0;
        int weightless = node;
        for (int k = node; k < node + FAN; k++) {
            level[k] = Double.doubleToRawLongBits(sum);
            double child = Double.longBitsToDouble(level[k + FAN]);
            sum += child;
            weightless = child > 0 ? k + 1 : weightless;
        }
        Arrays.fill(level, Math.max(weightless, node + 1), node + FAN, NEVER);
        return sum;
    }

    /** Multiplies every weight by 2^{@code exponent}: the move to another landmark. */
    public void scale(int exponent) {
        for (int slot = 0; slot < capacity(); slot++) {
            levels[0][child(slot)] = Double.doubleToRawLongBits(Math.scalb(get(slot), exponent));
        }
        rebuild();
    }

    /** A slot with probability weight / total, or -1 when all weights are 0. */
    public int draw(CounterRandom random) {
        if (total <= 0) {
            return -1;
        }
        rests[0] = Double.doubleToRawLongBits(random.nextDouble() * total);
        single[0] = 0;
        descend(1, single);
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
            slots[k] = 0;
        }
        descend(n, slots);
    }

    private void descend(int n, int[] at) {
        for (int height = levels.length - 1; height >= 0; height--) {
            descent.descend(levels[height], n, at, rests);
        }
    }

    private void grow(int slots) {
        long[] weights = Arrays.copyOf(levels[0], room(nodesFor(Math.max(slots, capacity() * 2))));
        int height = 1;
        for (int count = nodes(weights); count > 1; count = nodesFor(count)) {
            height++;
        }
        levels = new long[height][];
        levels[0] = weights;
        for (int k = 1; k < height; k++) {
            levels[k] = new long[room(nodesFor(nodes(levels[k - 1])))];
        }
        rebuild();
    }

    private static int nodes(long[] level) {
        return (level.length - FIRST) / NODE;
    }

    private static int nodesFor(int entries) {
        return (entries + FAN - 1) / FAN;
    }

    private static int room(int nodes) {
        return FIRST + nodes * NODE;
    }

    private void rebuild() {
        for (int height = 0; height < levels.length; height++) {
            long[] level = levels[height];
            for (int node = 0; node < nodes(level); node++) {
                total = runUp(level, node);
                if (height + 1 < levels.length) {
                    levels[height + 1][child(node)] = Double.doubleToRawLongBits(total);
                }
            }
        }
    }

    public void clear() {
        for (long[] level : levels) {
            Arrays.fill(level, 0);
        }
        total = 0;
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        long bytes = 0;
        for (long[] level : levels) {
            bytes += 8L * level.length;
        }
        return bytes;
    }
}
