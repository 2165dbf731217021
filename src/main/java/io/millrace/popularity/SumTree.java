package io.millrace.popularity;

import io.millrace.event.CounterRandom;
import java.util.Arrays;

/**
 * A discrete distribution over slots that can change and be drawn from in O(log n).
 *
 * <p>A tree whose nodes have eight children, one array per level: entry k of a level is the sum of entries 8k to 8k + 7 of
 * the level below, and the lowest level holds the weights. A node's children fill one cache line, so a draw from a
 * million slots touches seven lines, of which the upper ones stay in the cache; a binary tree of that size waits three
 * times as long for memory.
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

    /** From the weights up; the last level is one node. */
    private double[][] levels = {new double[FAN]};

    private double total;

    /** Slots the tree has room for. */
    public int capacity() {
        return levels[0].length;
    }

    public double total() {
        return total;
    }

    /** The weight of a slot, 0 when it was never set. */
    public double get(int slot) {
        return slot < levels[0].length ? levels[0][slot] : 0;
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
        if (slot >= levels[0].length) {
            grow(slot + 1);
        }
        int at = slot;
        double value = weight;
        for (double[] level : levels) {
            level[at] = value;
            at /= FAN;
            value = sum(level, at * FAN);
        }
        total = value;
    }

    /** In pairs, which is more exact and does not wait for each addition before the next. */
    private static double sum(double[] level, int from) {
        return ((level[from] + level[from + 1]) + (level[from + 2] + level[from + 3]))
                + ((level[from + 4] + level[from + 5]) + (level[from + 6] + level[from + 7]));
    }

    /** Multiplies every weight by 2^{@code exponent}: the move to another landmark. */
    public void scale(int exponent) {
        for (int slot = 0; slot < levels[0].length; slot++) {
            levels[0][slot] = Math.scalb(levels[0][slot], exponent);
        }
        rebuild();
    }

    /** A slot with probability weight / total, or -1 when all weights are 0. */
    public int draw(CounterRandom random) {
        if (total <= 0) {
            return -1;
        }
        double rest = random.nextDouble() * total;
        int node = 0;
        for (int height = levels.length - 1; height >= 0; height--) {
            double[] level = levels[height];
            int child = node * FAN;
            int end = child + FAN;
            while (child < end && rest >= level[child]) {
                rest -= level[child++];
            }
            node = child < end ? child : lastWithWeight(level, end);
        }
        return node;
    }

    /** Rounding can leave {@code rest} a last bit above the weights it walked past; it belongs to the last of them. */
    private static int lastWithWeight(double[] level, int end) {
        int child = end - 1;
        while (level[child] <= 0) {
            child--;
        }
        return child;
    }

    private void grow(int slots) {
        int size = Math.max(slots, levels[0].length * 2);
        double[] weights = Arrays.copyOf(levels[0], roundUp(size));
        int height = 1;
        for (int length = weights.length; length > FAN; length = roundUp(length / FAN)) {
            height++;
        }
        levels = new double[height][];
        levels[0] = weights;
        for (int k = 1; k < height; k++) {
            levels[k] = new double[roundUp(levels[k - 1].length / FAN)];
        }
        rebuild();
    }

    private static int roundUp(int length) {
        return (length + FAN - 1) / FAN * FAN;
    }

    private void rebuild() {
        for (int k = 1; k < levels.length; k++) {
            for (int node = 0; node < levels[k - 1].length / FAN; node++) {
                levels[k][node] = sum(levels[k - 1], node * FAN);
            }
        }
        total = sum(levels[levels.length - 1], 0);
    }

    public void clear() {
        for (double[] level : levels) {
            Arrays.fill(level, 0);
        }
        total = 0;
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        long bytes = 0;
        for (double[] level : levels) {
            bytes += 8L * level.length;
        }
        return bytes;
    }
}
