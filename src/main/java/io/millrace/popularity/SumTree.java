package io.millrace.popularity;

import io.millrace.event.CounterRandom;
import java.util.Arrays;

/**
 * A discrete distribution over slots that can change and be drawn from in O(log n).
 *
 * <p>A complete binary tree in one array: the leaf of slot k is node {@code capacity + k}, every inner node is the sum of
 * its two children, and the root is the total. Parents are <em>recomputed</em> from their children instead of adjusted
 * by differences, so there is no drift and the tree is a pure function of its leaves: whatever the order of updates, and
 * after a restart, the same weights give the same draws. That is why it is not a Fenwick tree.
 *
 * <p>A draw walks down by the sign bit of a difference rather than by a branch: which way it goes is a coin toss that no
 * branch predictor can learn.
 *
 * <p>A node's relative error is at most depth × 2^-53; slots that weigh less than 2^-53 of the total cannot be drawn.
 * Not thread-safe.
 */
public final class SumTree {

    private double[] nodes = new double[2];
    private int capacity = 1;

    /** Slots the tree has room for; a power of two. */
    public int capacity() {
        return capacity;
    }

    public double total() {
        return nodes[1];
    }

    /** The weight of a slot, 0 when it was never set. */
    public double get(int slot) {
        return slot < capacity ? nodes[capacity + slot] : 0;
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
        }
        double[] tree = nodes;
        int node = capacity + slot;
        tree[node] = weight;
        for (node >>= 1; node >= 1; node >>= 1) {
            tree[node] = tree[2 * node] + tree[2 * node + 1];
        }
    }

    /** Multiplies every weight by 2^{@code exponent}: the move to another landmark. */
    public void scale(int exponent) {
        for (int leaf = capacity; leaf < 2 * capacity; leaf++) {
            nodes[leaf] = Math.scalb(nodes[leaf], exponent);
        }
        rebuild();
    }

    /** A slot with probability weight / total, or -1 when all weights are 0. */
    public int draw(CounterRandom random) {
        double[] tree = nodes;
        double total = tree[1];
        if (total <= 0) {
            return -1;
        }
        double rest = random.nextDouble() * total;
        int leaves = capacity;
        int node = 1;
        while (node < leaves) {
            double left = tree[2 * node];
            // 1 when rest < left: go left and keep rest; 0: go right and take left off.
            int goLeft = (int) (Double.doubleToRawLongBits(rest - left) >>> 63);
            rest -= left * (1 - goLeft);
            node = 2 * node + 1 - goLeft;
        }
        return (tree[node] > 0 ? node : nearestPositive(node)) - leaves;
    }

    /**
     * Rounding can leave {@code rest} a last bit above the weights it walked past and land on an empty leaf. Climbs to
     * the first ancestor with weight and goes down its heavier side.
     */
    private int nearestPositive(int leaf) {
        int node = leaf;
        while (nodes[node] <= 0) {
            node >>= 1;
        }
        while (node < capacity) {
            node = nodes[2 * node + 1] > nodes[2 * node] ? 2 * node + 1 : 2 * node;
        }
        return node;
    }

    private void grow(int slots) {
        int larger = Integer.highestOneBit(Math.max(1, slots - 1)) * 2;
        double[] grown = new double[2 * larger];
        System.arraycopy(nodes, capacity, grown, larger, capacity);
        nodes = grown;
        capacity = larger;
        rebuild();
    }

    private void rebuild() {
        for (int node = capacity - 1; node >= 1; node--) {
            nodes[node] = nodes[2 * node] + nodes[2 * node + 1];
        }
    }

    public void clear() {
        Arrays.fill(nodes, 0);
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        return 8L * nodes.length;
    }
}
