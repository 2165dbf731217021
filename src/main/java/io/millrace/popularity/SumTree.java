package io.millrace.popularity;

import io.millrace.event.CounterRandom;
import java.util.Arrays;

/**
 * A discrete distribution over slots that can change and be drawn from in O(log n).
 *
 * <p>A tree whose nodes have eight children: the lowest nodes hold the weights, the others the sums of the nodes below
 * them. A node is two cache lines of one array: where its children's intervals start, for the draws, and the children
 * themselves. The child whose interval holds a number is found by counting the starts that are not above it: without a
 * branch, because a branch that chance decides is guessed wrong half the time. All are kept as the bits of doubles, which
 * order as the doubles do when none is negative.
 *
 * <p>Sums are <em>recomputed</em> from their terms, always in the same order, instead of adjusted by differences: there is
 * no drift and the tree is a pure function of its weights. Whatever the order of updates, and after a restart, the same
 * weights give the same draws. That is why it is not a Fenwick tree.
 *
 * <p>A sum's relative error is at most a few times 2^-53 per level; slots that weigh less than 2^-53 of the total cannot
 * be drawn. Not thread-safe.
 */
public final class SumTree {

    private static final int FAN = 8;

    private static final int NODE = 2 * FAN;

    /**
     * A start that no number reaches. Rounding can leave a number a last bit above its node; it falls to the last child that
     * has a weight then.
     */
    private static final long NEVER = Long.MAX_VALUE;

    /**
     * From the weights up; the last level is one node. Of a node, entry k < 8 is its first k children together, or {@link
     * #NEVER} where none from the k-th on has a weight.
     */
    private long[][] levels = {new long[NODE]};

    private double total;

    /** What is left of the number that a draw carries down the tree. */
    private long[] rests = new long[16];

    /** Slots the tree has room for. */
    public int capacity() {
        return levels[0].length / 2;
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
        return k / FAN * NODE + FAN + k % FAN;
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
            value = runUp(level, at * NODE);
        }
        total = value;
    }

    /** Fills the starts of a node's children and returns the sum of all. */
    private static double runUp(long[] level, int node) {
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
        int at = 0;
        for (int height = levels.length - 1; height >= 0; height--) {
            at = descend(levels[height], at, 0);
        }
        return at;
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
        for (int height = levels.length - 1; height >= 0; height--) {
            for (int k = 0; k < n; k++) {
                slots[k] = descend(levels[height], slots[k], k);
            }
        }
    }

    private int descend(long[] level, int at, int k) {
        int node = at * NODE;
        long rest = rests[k];
        int child = notAbove(level, node, rest);
        rests[k] = minus(rest, level[node + child]);
        return at * FAN + child;
    }

    /** How many of the starts of a node's children, but for the first, are not above {@code rest}: the child it falls to. */
    private static int notAbove(long[] level, int node, long rest) {
        long above = (rest - level[node + 1] >>> 63)
                + (rest - level[node + 2] >>> 63)
                + (rest - level[node + 3] >>> 63)
                + (rest - level[node + 4] >>> 63)
                + (rest - level[node + 5] >>> 63)
                + (rest - level[node + 6] >>> 63)
                + (rest - level[node + 7] >>> 63);
        return FAN - 1 - (int) above;
    }

    private static long minus(long a, long b) {
        return Double.doubleToRawLongBits(Double.longBitsToDouble(a) - Double.longBitsToDouble(b));
    }

    private void grow(int slots) {
        long[] weights = Arrays.copyOf(levels[0], NODE * nodes(Math.max(slots, capacity() * 2)));
        int height = 1;
        for (int count = weights.length / NODE; count > 1; count = nodes(count)) {
            height++;
        }
        levels = new long[height][];
        levels[0] = weights;
        for (int k = 1; k < height; k++) {
            levels[k] = new long[NODE * nodes(levels[k - 1].length / NODE)];
        }
        rebuild();
    }

    private static int nodes(int entries) {
        return (entries + FAN - 1) / FAN;
    }

    private void rebuild() {
        for (int height = 0; height < levels.length; height++) {
            long[] level = levels[height];
            for (int node = 0; node < level.length / NODE; node++) {
                total = runUp(level, node * NODE);
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
