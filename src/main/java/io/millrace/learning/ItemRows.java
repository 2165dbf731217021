package io.millrace.learning;

import io.millrace.event.LongIndex;
import io.millrace.sampling.Catalog;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is learned of items, in two flat arrays that grow. A row is made when its slot is first asked for: from the {@link
 * Source} where one is set (the live topology, whose published rows lie elsewhere), else from the id's hash; a target that
 * is learned from sequences starts at 0.
 *
 * <pre>
 *   [ target, padded d | context, padded d ]
 *   [ bias, optimiser state of bias, target, context | norm bounds, 1 or 2 | steps | moves | mark | digest, 2 ]
 * </pre>
 *
 * <p>The context only when it is not tied; the counters as raw bits. A step waits for memory, not for arithmetic: vectors
 * are whole cache lines, and the first is put where a line starts. All else of a row lies together, padded to 8, which is
 * half a line, so that what is stepped again soon is in a nearer cache than the vectors.
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
    private final int vectorFloats;
    private final int scalarFloats;
    private final int scalarStride;
    private final int scalarState;
    private final int vectorState;
    private final boolean tied;
    private final boolean startsAtZero;
    private final @Nullable Source source;
    private final int counters;

    private static final int STEPS = 0;
    private static final int MOVES = 1;
    private static final int MARK = 2;
    private static final int DIGEST = 3;
    private static final int COUNTERS = 5;

    private static final int HALF_LINE = 8;

    float[] floats;
    float[] scalars;
    private int[] rowOf = new int[0];
    private int[] slots = new int[64];
    private int rows;
    private int[] free = new int[16];
    private int freeCount;

    private @Nullable Watcher watcher;
    private int touch = 1;

    public ItemRows(LearningConfig config, Optimizer optimizer, Catalog catalog, @Nullable Source source) {
        this.catalog = catalog;
        this.source = source;
        tied = config.tied();
        startsAtZero = config.sequences().isSequential();
        padded = Arithmetic.padded(config.dimension());
        vectorFloats = tied || config.contextItems() == 0 ? padded : 2 * padded;
        scalarState = optimizer.stateFloats(1);
        vectorState = optimizer.stateFloats(padded);
        scalarFloats = 1 + scalarState + vectorState * (vectorFloats / padded);
        counters = scalarFloats + vectorFloats / padded;
        scalarStride = (counters + COUNTERS + HALF_LINE - 1) / HALF_LINE * HALF_LINE;
        initialTargets = new InitialRows(config.seed(), "item", config.dimension(), config.initialNorm());
        initialContexts = new InitialRows(config.seed(), "context", config.dimension(), config.initialNorm());
        floats = new float[Arithmetic.FIRST + 64 * vectorFloats];
        scalars = new float[Arithmetic.FIRST + 64 * scalarStride];
    }

    public void watch(Watcher watcher) {
        this.watcher = watcher;
    }

    /** Floats of a padded embedding. */
    public int padded() {
        return padded;
    }

    /** Floats of a row's vectors: the target's, then the context's unless tied. */
    public int vectorFloats() {
        return vectorFloats;
    }

    /** Floats of a row's scalars: the bias, then optimiser state. */
    public int scalarFloats() {
        return scalarFloats;
    }

    public boolean hasContext() {
        return vectorFloats > padded;
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
        return slots[row];
    }

    private int counter(int row, int which) {
        return bias(row) + counters + which;
    }

    /** Rows ever made; freed ones in between are reused first. */
    public int rows() {
        return rows;
    }

    /** Where the target vector of a row starts in {@link #floats()}. */
    public int target(int row) {
        return Arithmetic.FIRST + row * vectorFloats;
    }

    /** Where the context vector of a row starts in {@link #floats()}; the target vector when tied. */
    public int context(int row) {
        return target(row) + vectorFloats - padded;
    }

    /** Where the bias of a row lies in {@link #scalars()}; the other scalars follow. */
    public int bias(int row) {
        return Arithmetic.FIRST + row * scalarStride;
    }

    int biasState(int row) {
        return bias(row) + 1;
    }

    int targetState(int row) {
        return bias(row) + 1 + scalarState;
    }

    int contextState(int row) {
        return bias(row) + scalarFloats - vectorState;
    }

    public float[] floats() {
        return floats;
    }

    public float[] scalars() {
        return scalars;
    }

    /** Steps taken on a row as a target. */
    public int updates(int row) {
        return RawBits.getInt(scalars, counter(row, STEPS));
    }

    /** How often any float of a row was moved: its steps as a target, and those as a context. */
    public int changes(int row) {
        return RawBits.getInt(scalars, counter(row, MOVES));
    }

    /** XOR of the digests of the steps; it commutes, so it can be re-counted from the ledger. */
    public long digest(int row) {
        return RawBits.getLong(scalars, counter(row, DIGEST));
    }

    /** One step on a row as a target; {@link #touch} has announced it. */
    void stepped(int row, long digest) {
        int at = counter(row, 0);
        RawBits.putInt(scalars, at + STEPS, RawBits.getInt(scalars, at + STEPS) + 1);
        RawBits.putLong(scalars, at + DIGEST, RawBits.getLong(scalars, at + DIGEST) ^ digest);
    }

    /** Adds counters from elsewhere. */
    public void add(int row, int updates, int changes, long digest) {
        int at = counter(row, 0);
        RawBits.putInt(scalars, at + STEPS, RawBits.getInt(scalars, at + STEPS) + updates);
        RawBits.putInt(scalars, at + MOVES, RawBits.getInt(scalars, at + MOVES) + changes);
        RawBits.putLong(scalars, at + DIGEST, RawBits.getLong(scalars, at + DIGEST) ^ digest);
    }

    /** Announces a move of a row's floats. */
    public void touch(int row) {
        int at = counter(row, 0);
        if (RawBits.getInt(scalars, at + MARK) != touch) {
            RawBits.putInt(scalars, at + MARK, touch);
            if (watcher != null) {
                watcher.beforeChange(row);
            }
        }
        RawBits.putInt(scalars, at + MOVES, RawBits.getInt(scalars, at + MOVES) + 1);
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
        return scalars[bias(row) + scalarFloats + half];
    }

    void normBound(int row, int half, float bound) {
        scalars[bias(row) + scalarFloats + half] = bound;
    }

    /** A row's vectors were set from elsewhere: what was known of their norms no longer holds. */
    public void forgetNorms(int row) {
        normBound(row, 0, 0);
        if (hasContext()) {
            normBound(row, 1, 0);
        }
    }

    /** The score of a row against a user's vector; a logit. */
    public float score(float[] represented, int row) {
        return scalars[bias(row)] + Arithmetic.get().dot(represented, 0, floats, target(row), padded);
    }

    /** The score of every row, in {@code out[0..rows())}; what rows that were dropped get means nothing. */
    public void scoreRows(float[] represented, float[] out) {
        Arithmetic.get().dotAll(represented, 0, floats, Arithmetic.FIRST, vectorFloats, rows, padded, out, 0);
        for (int row = 0; row < rows; row++) {
            out[row] += scalars[bias(row)];
        }
    }

    /** Drops a row without a trace: its slot was retired, or what was learned is published elsewhere. */
    public void drop(int slot) {
        int row = rowIfPresent(slot);
        if (row < 0) {
            return;
        }
        rowOf[slot] = LongIndex.ABSENT;
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
        if (row == slots.length) {
            grow();
        }
        rowOf[slot] = row;
        start(slot, row);
        if (source != null) {
            source.load(slot, this, row);
        }
        return row;
    }

    private void grow() {
        int larger = slots.length * 2;
        slots = Arrays.copyOf(slots, larger);
        floats = Arrays.copyOf(floats, Arithmetic.FIRST + larger * vectorFloats);
        scalars = Arrays.copyOf(scalars, Arithmetic.FIRST + larger * scalarStride);
    }

    private void start(int slot, int row) {
        long id = catalog.item(slot).hash();
        Arrays.fill(floats, target(row), target(row) + vectorFloats, 0f);
        Arrays.fill(scalars, bias(row), bias(row) + scalarStride, 0f);
        slots[row] = slot;
        if (!startsAtZero) {
            initialTargets.fill(id, floats, target(row));
        }
        if (hasContext()) {
            initialContexts.fill(id, floats, context(row));
        }
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        return 4L * (floats.length + scalars.length + rowOf.length + slots.length);
    }
}
