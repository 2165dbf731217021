package io.millrace.learning;

import io.millrace.event.LongIndex;
import io.millrace.sampling.Catalog;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is learned of items, in one flat array that grows. A row is made when its slot is first asked for: from the {@link
 * Source} where one is set (the live topology, whose published rows lie elsewhere), else from the id's hash; a target that
 * is learned from sequences starts at 0.
 *
 * <pre>
 *   [ target, padded d | context, padded d | steps | other moves | mark | slot | digest, 2 | bias
 *     | optimiser state of bias, target, context ]
 * </pre>
 *
 * <p>The context only when it is not tied; the counters as raw bits; the whole padded to 16, which is a cache line, and
 * the first row put where a line starts. All of a row lies together because a step waits for memory, not for arithmetic:
 * beyond the caches every array that is looked into costs a line of its own, and so does a row that straddles.
 */
public final class ItemRows {

    /** Where rows come from that were learned before. */
    public interface Source {

        /**
         * Fills the row of a slot and returns true; or returns false, and the row starts anew. The vectors hold anything until
         * then, padding included; the rest is 0.
         */
        boolean load(int slot, ItemRows rows, int row);
    }

    /** Is told before a row changes for the first time since {@link #forgetTouched()}. */
    public interface Watcher {
        void beforeChange(int row);

        /** A row that was never moved starts at this bias; {@link #beforeChange} was told of the row as it starts. */
        void started(int row, float bias);
    }

    private static final int STEPS = 0;
    private static final int MOVES = 1;

    /** The round in which the row's change was announced, see {@link #round()}. */
    private static final int MARK = 2;

    private static final int SLOT = 3;
    private static final int DIGEST = 4;

    static final int BIAS = 6;

    private final Catalog catalog;
    private final InitialRows initialTargets;
    private final InitialRows initialContexts;
    private final int padded;
    private final int vectorFloats;
    private final int scalarFloats;
    private final int stride;
    private final int scalarState;
    private final int vectorState;
    private final boolean tied;
    private final boolean startsAtZero;
    private final @Nullable Source source;
    float[] floats;
    private int[] rowOf = new int[0];

    /** So many of the first slots have the row of their own number, which then need not be looked up. */
    private int straight;

    private int rows;
    private int[] free = new int[16];
    private int freeCount;

    private @Nullable Watcher watcher;
    private int round = 1;

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
        stride = Arithmetic.padded(vectorFloats + BIAS + scalarFloats);
        initialTargets = new InitialRows(config.seed(), "item", config.dimension(), config.initialNorm());
        initialContexts = new InitialRows(config.seed(), "context", config.dimension(), config.initialNorm());
        floats = new float[Arithmetic.FIRST + 64 * stride];
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

    private boolean hasContext() {
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
        return slot < straight ? slot : slot < rowOf.length ? rowOf[slot] : LongIndex.ABSENT;
    }

    public int slotOf(int row) {
        return RawBits.getInt(floats, counter(row, SLOT));
    }

    private int counter(int row, int which) {
        return scalarsAt(target(row)) + which;
    }

    /** Rows that are not free. */
    public int size() {
        return rows - freeCount;
    }

    /** Rows ever made; freed ones in between are reused first. */
    public int rows() {
        return rows;
    }

    /** Where the target vector of a row starts in {@link #floats()}. */
    public int target(int row) {
        return Arithmetic.FIRST + row * stride;
    }

    /** Where the context vector of a row starts in {@link #floats()}; the target vector when tied. */
    public int context(int row) {
        return target(row) + vectorFloats - padded;
    }

    /** Where the bias of a row lies in {@link #floats()}; the other scalars follow. */
    public int bias(int row) {
        return biasAt(target(row));
    }

    /** Where the bias lies of the row whose target starts there. */
    int biasAt(int target) {
        return scalarsAt(target) + BIAS;
    }

    int biasStateAt(int target) {
        return biasAt(target) + 1;
    }

    int targetStateAt(int target) {
        return biasAt(target) + 1 + scalarState;
    }

    int contextState(int row) {
        return bias(row) + scalarFloats - vectorState;
    }

    public float[] floats() {
        return floats;
    }

    /** Where the k-th of what is learned lies, k below {@link #vectorFloats} + {@link #scalarFloats}: vectors, then scalars. */
    public int learned(int row, int k) {
        return k < vectorFloats ? target(row) + k : bias(row) + k - vectorFloats;
    }

    /** Steps taken on a row as a target. */
    public int updates(int row) {
        return RawBits.getInt(floats, counter(row, STEPS));
    }

    /** How often any float of a row was moved: its steps as a target, and those as a context. */
    public int changes(int row) {
        int at = counter(row, 0);
        return RawBits.getInt(floats, at + STEPS) + RawBits.getInt(floats, at + MOVES);
    }

    /** XOR of the digests of the steps; it commutes, so it can be re-counted from the ledger. */
    public long digest(int row) {
        return RawBits.getLong(floats, counter(row, DIGEST));
    }

    /** Announces and counts one step on a row as a target, which starts there. */
    void step(int target, long digest) {
        announce(target);
        count(floats, scalarsAt(target), digest);
    }

    /** Counts a step on a row whose scalars lie there. */
    static void count(float[] floats, int at, long digest) {
        RawBits.putInt(floats, at + STEPS, RawBits.getInt(floats, at + STEPS) + 1);
        RawBits.xorLong(floats, at + DIGEST, digest);
    }

    /** Adds counters from elsewhere. */
    public void add(int row, int updates, int changes, long digest) {
        int at = counter(row, 0);
        RawBits.putInt(floats, at + STEPS, RawBits.getInt(floats, at + STEPS) + updates);
        RawBits.putInt(floats, at + MOVES, RawBits.getInt(floats, at + MOVES) + changes - updates);
        RawBits.xorLong(floats, at + DIGEST, digest);
    }

    /** Announces and counts a move of a row's floats that is no step on it as a target. */
    public void touch(int row) {
        move(target(row));
    }

    /** The same of the row whose target starts there. */
    void move(int target) {
        announce(target);
        int at = scalarsAt(target);
        RawBits.putInt(floats, at + MOVES, RawBits.getInt(floats, at + MOVES) + 1);
    }

    /** Brings a target that starts there near, without the row's scalars: see {@link RawBits#lines}. */
    int fetch(int target) {
        return RawBits.lines(floats, target, padded);
    }

    /** The round in which the change was announced of the row whose target starts there. */
    int mark(int target) {
        return RawBits.getInt(floats, scalarsAt(target) + MARK);
    }

    /** Tells the watcher of the first change of the row whose target starts there. */
    void announce(int target) {
        int at = scalarsAt(target) + MARK;
        if (RawBits.getInt(floats, at) != round) {
            RawBits.putInt(floats, at, round);
            if (watcher != null) {
                watcher.beforeChange((target - Arithmetic.FIRST) / stride);
            }
        }
    }

    /** Starts the row of an item that nobody has learned from at a bias. */
    public void start(int slot, float bias) {
        int row = row(slot);
        if (changes(row) > 0) {
            return;
        }
        floats[bias(row)] = bias;
        touch(row);
        if (watcher != null) {
            watcher.started(row, bias);
        }
    }

    /** Starts a new round of {@link Watcher} calls. */
    public void forgetTouched() {
        round++;
    }

    /** Where the scalars lie, {@link #MARK} and the others from here, of the row whose target starts there. */
    int scalarsAt(int target) {
        return target + vectorFloats;
    }

    /** Calls of {@link #forgetTouched} since a row's last change was announced; many where it was never changed. */
    public int roundsSinceChange(int row) {
        return round - mark(target(row));
    }

    /** What {@link #MARK} holds in rows whose change was announced. */
    int round() {
        return round;
    }

    /** The score of a row against a user's vector; a logit. */
    public float score(float[] represented, int row) {
        return floats[bias(row)] + Arithmetic.get().dot(represented, 0, floats, target(row), padded);
    }

    /** The score of every row, in {@code out[0..rows())}; what rows that were dropped get means nothing. */
    public void scoreRows(float[] represented, float[] out) {
        multiplyRows(represented, out);
        for (int row = 0; row < rows; row++) {
            out[row] += floats[bias(row)];
        }
    }

    /** The same, and 0 for a row that never moved. */
    public void scoreMovedRows(float[] represented, float[] out) {
        multiplyRows(represented, out);
        for (int row = 0; row < rows; row++) {
            out[row] = changes(row) > 0 ? out[row] + floats[bias(row)] : 0;
        }
    }

    private void multiplyRows(float[] represented, float[] out) {
        Arithmetic.get().dotAll(represented, 0, floats, Arithmetic.FIRST, stride, rows, padded, out, 0);
    }

    /** Drops a row without a trace: its slot was retired, or what was learned is published elsewhere. */
    public void drop(int slot) {
        int row = rowIfPresent(slot);
        if (row < 0) {
            return;
        }
        rowOf[slot] = LongIndex.ABSENT;
        straight = Math.min(straight, slot);
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
        if (target(row) + stride > floats.length) {
            floats = Arrays.copyOf(floats, floats.length * 2);
        }
        rowOf[slot] = row;
        straight += row == slot && slot == straight ? 1 : 0;
        Arrays.fill(floats, scalarsAt(target(row)), target(row) + stride, 0f);
        RawBits.putInt(floats, counter(row, SLOT), slot);
        if (source == null || !source.load(slot, this, row)) {
            start(slot, row);
        }
        return row;
    }

    private void start(int slot, int row) {
        long id = catalog.item(slot).hash();
        Arrays.fill(floats, target(row), scalarsAt(target(row)), 0f);
        if (!startsAtZero) {
            initialTargets.fill(id, floats, target(row));
        }
        if (hasContext()) {
            initialContexts.fill(id, floats, context(row));
        }
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        return 4L * (floats.length + rowOf.length);
    }
}
