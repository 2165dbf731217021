package io.millrace.learning;

import io.millrace.popularity.DecayedCounts;
import io.millrace.sampling.Catalog;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A binary tree whose leaves are the items, with a vector w at every inner node. The probability of an item given v is that of
 * its path, going left at a node with σ(w · v) and right with σ(-w · v):
 *
 * <pre>
 *   ln P(j | v) = Σ_{n on the path to j} ln σ(t_n w_n · v)        t = 1 to the left, -1 to the right
 * </pre>
 *
 * <p>so all of them sum to 1 whatever the vectors are. Built as Huffman's tree, the mean length of a path is at most the
 * entropy of the clicks plus 1. After that it only grows and shrinks by rules that leave every other item's probability as it
 * is, to the bit:
 *
 * <ul>
 *   <li>a new item splits the leaf of least clicks, the least deep where several are: a node with w = 0 takes the leaf's place
 *       and has the two for children, so each gets half of what the leaf had;
 *   <li>an item that leaves takes its parent with it, and its sibling moves up and gets what both had.
 * </ul>
 *
 * <p>Source: Morin and Bengio, AISTATS 2005; Huffman's tree as in the word2vec program. The rules of growth are Millrace's.
 */
final class PathTree implements LeastLeaf.Leaves {

    private static final int NOTHING = Integer.MIN_VALUE;

    private final Catalog catalog;
    private final DecayedCounts clicks;
    private final Arithmetic arithmetic = Arithmetic.own();
    private final RowSteps steps;
    private final float maxNorm;
    private final int d;
    private final int stride;
    private final int storedFloats;
    private final ByteBuffer vectorBytes;
    private final LeastLeaf least = new LeastLeaf(this);

    /** A node's number, or ~slot of a leaf, or NOTHING. */
    private int root = NOTHING;

    private int[] left = new int[64];
    private int[] right = new int[64];
    private int[] parent = new int[64];
    private float[] floats;
    private int nodes;
    private int[] free = new int[16];
    private int freeCount;

    private int[] leafParent = new int[64];
    private int[] depth = new int[64];
    private int size;

    private int[] path = new int[64];
    private float[] scores = new float[64];
    private float[] pulls = new float[64];
    private int length;
    private float[] nodeScores = new float[64];
    private double[] logs = new double[64];
    private int[] stack = new int[64];

    /** @param stateFloats of optimiser state per node */
    PathTree(LearningConfig config, Catalog catalog, DecayedCounts clicks, RowSteps steps, int stateFloats) {
        this.catalog = catalog;
        this.clicks = clicks;
        this.steps = steps;
        maxNorm = config.maxNorm();
        d = Arithmetic.padded(config.dimension());
        storedFloats = d + stateFloats;
        stride = Arithmetic.padded(storedFloats);
        vectorBytes = ByteBuffer.allocate(storedFloats * Float.BYTES);
        floats = new float[Arithmetic.FIRST + 64 * stride];
        Arrays.fill(depth, -1);
    }

    /** Leaves. */
    int size() {
        return size;
    }

    @Override
    public boolean has(int slot) {
        return slot < depth.length && depth[slot] >= 0;
    }

    /** Inner nodes on the path to a slot's leaf. */
    @Override
    public int depth(int slot) {
        return depth[slot];
    }

    @Override
    public double weight(int slot) {
        return clicks.get(slot);
    }

    /** The clicks of an item changed. */
    void counted(int slot) {
        if (has(slot)) {
            least.changed(slot);
        }
    }

    /** All clicks were scaled. */
    void rescaled() {
        least.playAll(depth.length);
    }

    /** Adds an item that is not in the tree. */
    void insert(int slot) {
        room(slot);
        size++;
        if (root == NOTHING) {
            root = ~slot;
            leafParent[slot] = -1;
            depth[slot] = 0;
        } else {
            split(least.slot(), slot);
        }
        least.changed(slot);
    }

    private void split(int old, int slot) {
        int node = allocate();
        replace(leafParent[old], ~old, node);
        parent[node] = leafParent[old];
        left[node] = ~old;
        right[node] = ~slot;
        leafParent[old] = node;
        leafParent[slot] = node;
        depth[slot] = ++depth[old];
        least.changed(old);
    }

    /** Takes an item out. */
    void remove(int slot) {
        int node = leafParent[slot];
        size--;
        depth[slot] = -1;
        least.changed(slot);
        if (node < 0) {
            root = NOTHING;
            return;
        }
        int sibling = left[node] == ~slot ? right[node] : left[node];
        replace(parent[node], node, sibling);
        release(node);
        settle(sibling);
    }

    private void replace(int above, int child, int by) {
        if (above < 0) {
            root = by;
        } else if (left[above] == child) {
            left[above] = by;
        } else {
            right[above] = by;
        }
        if (by >= 0) {
            parent[by] = above;
        } else {
            leafParent[~by] = above;
        }
    }

    /** Finds the depths of all leaves below something whose parents are right. */
    private void settle(int top) {
        int waiting = 0;
        stack[waiting++] = top;
        while (waiting > 0) {
            int code = stack[--waiting];
            int above = code >= 0 ? parent[code] : leafParent[~code];
            if (code < 0) {
                depth[~code] = depthBelow(above);
                least.changed(~code);
            } else {
                waiting = push(right[code], code, waiting);
                waiting = push(left[code], code, waiting);
            }
        }
    }

    private int depthBelow(int node) {
        int below = 0;
        for (int above = node; above >= 0; above = parent[above]) {
            below++;
        }
        return below;
    }

    private int push(int code, int above, int waiting) {
        if (waiting == stack.length) {
            stack = Arrays.copyOf(stack, waiting * 2);
            logs = Arrays.copyOf(logs, waiting * 2);
        }
        if (code >= 0) {
            parent[code] = above;
        } else {
            leafParent[~code] = above;
        }
        stack[waiting] = code;
        return waiting + 1;
    }

    /** Makes it the Huffman tree of the catalog's clicks, with all vectors 0. */
    void build() {
        int[] leaves = IntStream.range(0, catalog.slots())
                .filter(catalog::isActive)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(this::weight).thenComparingInt(slot -> slot))
                .mapToInt(Integer::intValue)
                .toArray();
        nodes = 0;
        freeCount = 0;
        size = leaves.length;
        Arrays.fill(depth, -1);
        room(catalog.slots());
        root = leaves.length == 0 ? NOTHING : join(leaves);
        settleAll();
    }

    /** Joins the two lightest until one is left; nodes come off in order of weight, so two queues are enough. */
    private int join(int[] leaves) {
        double[] weights = new double[leaves.length];
        int nextLeaf = 0;
        int nextNode = 0;
        for (int k = 1; k < leaves.length; k++) {
            int node = allocate();
            for (int side = 0; side < 2; side++) {
                boolean isLeaf =
                        nextLeaf < leaves.length && (nextNode == node || weight(leaves[nextLeaf]) <= weights[nextNode]);
                weights[node] += isLeaf ? weight(leaves[nextLeaf]) : weights[nextNode];
                int code = isLeaf ? ~leaves[nextLeaf++] : nextNode++;
                if (side == 0) {
                    left[node] = code;
                } else {
                    right[node] = code;
                }
            }
        }
        return leaves.length == 1 ? ~leaves[0] : nodes - 1;
    }

    private void settleAll() {
        if (root == NOTHING) {
            return;
        }
        push(root, -1, 0);
        settle(root);
    }

    /** Mean length of a path, weighted by clicks; 0 without clicks. */
    double meanDepth() {
        double sum = 0;
        double total = 0;
        for (int slot = 0; slot < depth.length; slot++) {
            if (has(slot)) {
                sum += weight(slot) * depth[slot];
                total += weight(slot);
            }
        }
        return total > 0 ? sum / total : 0;
    }

    /** Entropy of the clicks of the leaves, in bits; 0 without clicks. */
    double entropy() {
        double total = 0;
        for (int slot = 0; slot < depth.length; slot++) {
            total += has(slot) ? weight(slot) : 0;
        }
        double entropy = 0;
        for (int slot = 0; slot < depth.length; slot++) {
            double share = has(slot) && total > 0 ? weight(slot) / total : 0;
            entropy -= share > 0 ? share * StrictMath.log(share) : 0;
        }
        return entropy / StrictMath.log(2);
    }

    /** ln P of an item given v; 0 when it is the only one. */
    double logProbability(float[] v, int at, int slot) {
        double log = 0;
        findPath(slot);
        arithmetic.dots(v, at, floats, path, Arithmetic.NONE, length, d, scores);
        for (int k = 0; k < length; k++) {
            log -= Exp.softplus(-Loss.clip(pulls[k] * scores[k]));
        }
        return log;
    }

    /** ln P of every item given v, in {@code out[slot]}; slots without an item are left as they are. */
    void logProbabilities(float[] v, float[] out) {
        if (root == NOTHING) {
            return;
        }
        if (nodeScores.length < nodes) {
            nodeScores = new float[nodes * 2];
        }
        arithmetic.dotAll(v, 0, floats, Arithmetic.FIRST, stride, nodes, d, nodeScores, 0);
        int waiting = push(root, -1, 0);
        logs[0] = 0;
        while (waiting > 0) {
            int code = stack[--waiting];
            double log = logs[waiting];
            if (code < 0) {
                out[~code] = (float) log;
            } else {
                float score = Loss.clip(nodeScores[code]);
                waiting = push(right[code], code, waiting);
                logs[waiting - 1] = log - Exp.softplus(score);
                waiting = push(left[code], code, waiting);
                logs[waiting - 1] = log - Exp.softplus(-score);
            }
        }
    }

    /** Fills {@code path} with where the vectors of the nodes above a leaf lie, and {@code pulls} with their t. */
    private void findPath(int slot) {
        length = 0;
        int child = ~slot;
        for (int node = leafParent[slot]; node >= 0; node = parent[node]) {
            if (length == path.length) {
                path = Arrays.copyOf(path, length * 2);
                scores = new float[length * 2];
                pulls = Arrays.copyOf(pulls, length * 2);
            }
            path[length] = vector(node);
            pulls[length++] = left[node] == child ? 1 : -1;
            child = node;
        }
    }

    /**
     * One step of a path on an item given v. All gradients come from the vectors before it.
     *
     * @param gradient takes the derivative by v
     * @return false when a gradient is not finite, and nothing moved
     */
    boolean learn(int slot, float[] v, int at, float weight, float[] gradient) {
        findPath(slot);
        arithmetic.dots(v, at, floats, path, Arithmetic.NONE, length, d, scores);
        float squares = arithmetic.dot(v, at, v, at, d);
        float norm = (float) Math.sqrt(squares);
        float sum = norm;
        Arrays.fill(gradient, 0f);
        for (int k = 0; k < length; k++) {
            pulls[k] *= -weight * Sigmoid.of(-pulls[k] * scores[k]);
            sum += pulls[k];
            arithmetic.addScaled(pulls[k], floats, path[k], 1f, gradient, 0, d);
        }
        if (!Float.isFinite(sum)) {
            return false;
        }
        for (int k = 0; k < length; k++) {
            steps.step(pulls[k], v, at, norm, squares, floats, path[k], floats, path[k] + d);
            arithmetic.project(floats, path[k], d, maxNorm);
        }
        return true;
    }

    private int vector(int node) {
        return Arithmetic.FIRST + node * stride;
    }

    private int allocate() {
        int node = freeCount > 0 ? free[--freeCount] : nodes++;
        if (node == left.length) {
            left = Arrays.copyOf(left, node * 2);
            right = Arrays.copyOf(right, node * 2);
            parent = Arrays.copyOf(parent, node * 2);
            floats = Arrays.copyOf(floats, Arithmetic.FIRST + node * 2 * stride);
        }
        Arrays.fill(floats, vector(node), vector(node) + stride, 0f);
        return node;
    }

    private void release(int node) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = node;
    }

    private void room(int slot) {
        if (slot >= depth.length) {
            int old = depth.length;
            int larger = Math.max(slot + 1, old * 2);
            depth = Arrays.copyOf(depth, larger);
            leafParent = Arrays.copyOf(leafParent, larger);
            Arrays.fill(depth, old, larger, -1);
        }
    }

    /** Writes it from the root down, left before right: nodes with their vectors, leaves by the hashes of their items. */
    void writeTo(DataOutput out) throws IOException {
        out.writeBoolean(root != NOTHING);
        if (root == NOTHING) {
            return;
        }
        int waiting = push(root, -1, 0);
        while (waiting > 0) {
            int code = stack[--waiting];
            out.writeBoolean(code >= 0);
            if (code < 0) {
                out.writeLong(catalog.item(~code).hash());
            } else {
                vectorBytes.asFloatBuffer().put(floats, vector(code), storedFloats);
                out.write(vectorBytes.array());
                waiting = push(right[code], code, waiting);
                waiting = push(left[code], code, waiting);
            }
        }
    }

    /** Reads what was written: items that have left since are taken out, and those that have come are put in. */
    void readFrom(DataInput in) throws IOException {
        nodes = 0;
        freeCount = 0;
        Arrays.fill(depth, -1);
        room(catalog.slots());
        root = in.readBoolean() ? readTree(in) : NOTHING;
        settleAll();
        least.playAll(depth.length);
        size = (int) Arrays.stream(depth).filter(levels -> levels >= 0).count();
        for (int slot = 0; slot < catalog.slots(); slot++) {
            if (catalog.isActive(slot) && !has(slot)) {
                insert(slot);
            }
        }
    }

    private int readTree(DataInput in) throws IOException {
        int[] open = new int[64];
        boolean[] hasLeft = new boolean[64];
        int opened = 0;
        while (true) {
            if (in.readBoolean()) {
                if (opened == open.length) {
                    open = Arrays.copyOf(open, opened * 2);
                    hasLeft = Arrays.copyOf(hasLeft, opened * 2);
                }
                hasLeft[opened] = false;
                open[opened++] = readNode(in);
                continue;
            }
            int slot = catalog.slotOf(in.readLong());
            int code = slot < 0 ? NOTHING : ~slot;
            while (opened > 0 && hasLeft[opened - 1]) {
                right[open[opened - 1]] = code;
                code = whole(open[--opened]);
            }
            if (opened == 0) {
                return code;
            }
            left[open[opened - 1]] = code;
            hasLeft[opened - 1] = true;
        }
    }

    private int readNode(DataInput in) throws IOException {
        int node = allocate();
        in.readFully(vectorBytes.array());
        vectorBytes.asFloatBuffer().get(floats, vector(node), storedFloats);
        return node;
    }

    /** A node that was read, or what is left where a child of it has gone. */
    private int whole(int node) {
        if (left[node] != NOTHING && right[node] != NOTHING) {
            return node;
        }
        release(node);
        return left[node] == NOTHING ? right[node] : left[node];
    }

    long stateBytes() {
        return 4L * floats.length + 12L * left.length + 8L * depth.length + 4L * nodeScores.length + least.stateBytes();
    }
}
