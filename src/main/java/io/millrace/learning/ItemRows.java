package io.millrace.learning;

import io.millrace.event.LongIndex;
import io.millrace.sampling.Catalog;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is learned of items, in flat arrays that grow. A row is made when its slot is first asked for: from the {@link
 * Source} where one is set (the live topology, whose published rows lie elsewhere), else from the id's hash.
 *
 * <pre>
 *   vectors   [ target, padded d | context, padded d ]       the second only when context is not tied
 *   scalars   [ bias | optimiser state of bias, target, context ]
 * </pre>
 */
public final class ItemRows {

    /** Where rows come from that were learned before. */
    public interface Source {

        /** Fills the row of a slot and returns true, or leaves it at its start and returns false. */
        boolean load(int slot, ItemRows rows, int row);
    }

    /** Is told before a row changes for the first time since {@link #forgetTouched()}. */
    public interface Watcher {
        void beforeChange(int row);
    }

    private final Catalog catalog;
    private final InitialRows initialTargets;
    private final InitialRows initialContexts;
    private final int padded;
    private final int vectorStride;
    private final int scalarStride;
    private final int scalarState;
    private final int vectorState;
    private final boolean tied;
    private final @Nullable Source source;

    float[] vectors;
    float[] scalars;
    private float[] normBounds;
    private int[] updates;
    private long[] digests;
    private int[] slotOf;
    private int[] rowOf = new int[0];
    private int rows;
    private int[] free = new int[16];
    private int freeCount;

    private @Nullable Watcher watcher;
    private int[] touchedAt;
    private int touch = 1;

    public ItemRows(LearningConfig config, Optimizer optimizer, Catalog catalog, @Nullable Source source) {
        this.catalog = catalog;
        this.source = source;
        tied = config.tied();
        padded = Arithmetic.padded(config.dimension());
        vectorStride = tied || config.contextItems() == 0 ? padded : 2 * padded;
        scalarState = optimizer.stateFloats(1);
        vectorState = optimizer.stateFloats(padded);
        scalarStride = 1 + scalarState + vectorState * (vectorStride / padded);
        initialTargets = new InitialRows(config.seed(), "item", config.dimension(), config.initialNorm());
        initialContexts = new InitialRows(config.seed(), "context", config.dimension(), config.initialNorm());
        vectors = new float[64 * vectorStride];
        scalars = new float[64 * scalarStride];
        normBounds = new float[128];
        updates = new int[64];
        digests = new long[64];
        slotOf = new int[64];
        touchedAt = new int[64];
    }

    public void watch(Watcher watcher) {
        this.watcher = watcher;
    }

    /** Floats of a padded embedding. */
    public int padded() {
        return padded;
    }

    public int vectorStride() {
        return vectorStride;
    }

    public int scalarStride() {
        return scalarStride;
    }

    public boolean hasContext() {
        return vectorStride > padded;
    }

    /** The row of a slot, made now if there is none. */
    public int row(int slot) {
        if (slot < rowOf.length && rowOf[slot] >= 0) {
            return rowOf[slot];
        }
        return make(slot);
    }

    /** The row of a slot, or {@link LongIndex#ABSENT}. */
    public int rowIfPresent(int slot) {
        return slot < rowOf.length ? rowOf[slot] : LongIndex.ABSENT;
    }

    public int slotOf(int row) {
        return slotOf[row];
    }

    /** Rows ever made; freed ones in between are reused first. */
    public int rows() {
        return rows;
    }

    /** Where the target vector of a row starts in {@link #vectors()}. */
    public int target(int row) {
        return row * vectorStride;
    }

    /** Where the context vector of a row starts in {@link #vectors()}; the target vector when tied. */
    public int context(int row) {
        return row * vectorStride + vectorStride - padded;
    }

    /** Where the bias of a row lies in {@link #scalars()}. */
    public int bias(int row) {
        return row * scalarStride;
    }

    int biasState(int row) {
        return row * scalarStride + 1;
    }

    int targetState(int row) {
        return row * scalarStride + 1 + scalarState;
    }

    int contextState(int row) {
        return (row + 1) * scalarStride - vectorState;
    }

    public float[] vectors() {
        return vectors;
    }

    public float[] scalars() {
        return scalars;
    }

    /** Steps taken on a row. */
    public int updates(int row) {
        return updates[row];
    }

    /** XOR of the digests of those steps; it commutes, so it can be re-counted from the ledger. */
    public long digest(int row) {
        return digests[row];
    }

    public void addSteps(int row, int updates, long digest) {
        this.updates[row] += updates;
        digests[row] ^= digest;
    }

    /** Announces a change of a row's floats or counters. */
    public void touch(int row) {
        if (touchedAt[row] != touch) {
            touchedAt[row] = touch;
            if (watcher != null) {
                watcher.beforeChange(row);
            }
        }
    }

    /** True when the row changed since {@link #forgetTouched}. */
    public boolean isTouched(int row) {
        return touchedAt[row] == touch;
    }

    /** Starts a new round of {@link Watcher} calls. */
    public void forgetTouched() {
        touch++;
    }

    /**
     * An upper bound of a vector's norm, so that most steps need not compute it. 0 in a new row means not known.
     *
     * @param half 0 for the target, 1 for the context
     */
    float normBound(int row, int half) {
        return normBounds[2 * row + half];
    }

    void normBound(int row, int half, float bound) {
        normBounds[2 * row + half] = bound;
    }

    /** Drops a row without a trace: its slot was retired, or what was learned is published elsewhere. */
    public void drop(int slot) {
        int row = rowIfPresent(slot);
        if (row < 0) {
            return;
        }
        rowOf[slot] = LongIndex.ABSENT;
        slotOf[row] = LongIndex.ABSENT;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = row;
    }

    private int make(int slot) {
        if (slot >= rowOf.length) {
            int old = rowOf.length;
            rowOf = Arrays.copyOf(rowOf, Math.max(slot + 1, Math.max(64, old * 2)));
            Arrays.fill(rowOf, old, rowOf.length, LongIndex.ABSENT);
        }
        int row = freeCount > 0 ? free[--freeCount] : rows++;
        if (row >= updates.length) {
            grow();
        }
        rowOf[slot] = row;
        slotOf[row] = slot;
        touchedAt[row] = 0;
        start(slot, row);
        if (source != null) {
            source.load(slot, this, row);
        }
        return row;
    }

    private void start(int slot, int row) {
        long id = catalog.item(slot).hash();
        Arrays.fill(vectors, target(row), target(row) + vectorStride, 0f);
        Arrays.fill(scalars, bias(row), bias(row) + scalarStride, 0f);
        initialTargets.fill(id, vectors, target(row));
        if (hasContext()) {
            initialContexts.fill(id, vectors, context(row));
        }
        normBounds[2 * row] = 0;
        normBounds[2 * row + 1] = 0;
        updates[row] = 0;
        digests[row] = 0;
    }

    private void grow() {
        int larger = updates.length * 2;
        vectors = Arrays.copyOf(vectors, larger * vectorStride);
        scalars = Arrays.copyOf(scalars, larger * scalarStride);
        normBounds = Arrays.copyOf(normBounds, larger * 2);
        updates = Arrays.copyOf(updates, larger);
        digests = Arrays.copyOf(digests, larger);
        slotOf = Arrays.copyOf(slotOf, larger);
        touchedAt = Arrays.copyOf(touchedAt, larger);
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        return 4L * (vectors.length + scalars.length + rowOf.length) + 28L * updates.length;
    }
}
