package io.millrace.learning;

import io.millrace.event.EntityId;
import io.millrace.event.LongIndex;
import io.millrace.sampling.RecentItems;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What is learned of users: vector, optimiser state, recent clicks, exposures left unclicked, counters.
 *
 * <pre>
 *   [ vector, padded d | optimiser state | steps | marks | digest, 2 | last event time, 2 ]
 * </pre>
 *
 * <p>The counters as raw bits and the whole padded to 16, for the reason that {@link ItemRows} gives.
 *
 * <p>With a {@link Backing} it is a write-back cache of bounded size: rows are loaded when first met, and make room, least
 * recently used first as a clock hand finds them. A touched row is first logged, with others, and then
 * stored, when it makes room or the backing wants to have all.
 */
public final class UserRows {

    /** Where rows live that are not in memory. */
    public interface Backing {

        /** Fills a row that was learned before and returns true, or leaves it at its start and returns false. */
        boolean load(EntityId user, UserRows rows, int row);

        /** Logs every touched row and says so with {@link #logged}; called when the cache is full of them. */
        void log();

        /**
         * Stores rows that were logged and not yet stored, and says so with {@link #stored}; called when one of them has to
         * make room.
         *
         * @param from the first of them
         * @param most that are stored now, at least 1
         */
        void store(int from, int most);
    }

    private static final int STEPS = 0;
    private static final int MARKS = 1;
    private static final int DIGEST = 2;
    private static final int LAST_MS = 4;
    private static final int COUNTERS = 6;

    private static final int TOUCHED = 1;
    private static final int USED = 2;

    /** The backing has this user, in this state or an earlier one. */
    private static final int BACKED = 4;

    /** The user was logged, and the backing does not have it: one of {@link #unbacked}. */
    private static final int UNBACKED = 8;

    /** Rows that are stored together when one of them has to make room: some milliseconds. */
    private static final int STORED_TOGETHER = 4096;

    private final InitialRows initial;
    private final int padded;
    private final int state;
    private final int clickedCapacity;
    private final int exposedCapacity;
    private final int capacity;
    private @Nullable Backing backing;

    private final LongIndex index = new LongIndex(1024);
    private final int counters;
    private final int stride;
    float[] floats;
    private @Nullable EntityId[] users;
    private RecentItems[] clicked;
    private RecentItems[] exposed;
    private int[] touchedRows = new int[64];
    private int touchedCount;

    /** Rows that were logged and not stored, as long as they are not touched again. */
    private final BitSet unstored = new BitSet();

    private int unbacked;

    private int rows;
    private int hand;

    /** Written by {@link #fetch} and never read. */
    int fetched;

    /**
     * @param clickedCapacity clicks kept per user
     * @param exposedCapacity unclicked exposures kept per user
     * @param capacity most rows in memory; without a backing there is no bound
     */
    public UserRows(
            LearningConfig config, Optimizer optimizer, int clickedCapacity, int exposedCapacity, int capacity) {
        initial = new InitialRows(config.seed(), "user", config.dimension(), config.initialNorm());
        padded = Arithmetic.padded(config.dimension());
        state = optimizer.stateFloats(padded);
        this.clickedCapacity = clickedCapacity;
        this.exposedCapacity = exposedCapacity;
        this.capacity = capacity;
        counters = padded + state;
        stride = Arithmetic.padded(counters + COUNTERS);
        int start = 64;
        floats = new float[Arithmetic.FIRST + start * stride];
        users = new EntityId[start];
        clicked = new RecentItems[start];
        exposed = new RecentItems[start];
    }

    public void backedBy(Backing backing) {
        this.backing = backing;
    }

    public int padded() {
        return padded;
    }

    /** Floats of optimiser state per row. */
    public int stateFloats() {
        return state;
    }

    /** Rows in memory. */
    public int rows() {
        return rows;
    }

    /** The row of a user, loaded or started now if it is not in memory. */
    public int row(EntityId user) {
        int row = index.get(user.hash());
        if (row >= 0) {
            mark(row, marks(row) | USED);
            return row;
        }
        return bring(user);
    }

    /** The row of a user's hash if it is in memory, else {@link LongIndex#ABSENT}. */
    public int rowIfPresent(long user) {
        return index.get(user);
    }

    /** The user in a row. */
    public EntityId user(int row) {
        EntityId user = users[row];
        if (user == null) {
            throw new IllegalArgumentException("row " + row + " holds no user");
        }
        return user;
    }

    /** Sets the id that a stored row carries, which differs from the one asked for when two ids share a hash. */
    public void rename(int row, EntityId stored) {
        users[row] = stored;
    }

    /** Where the vector of a row starts in {@link #floats()}. */
    public int vector(int row) {
        return Arithmetic.FIRST + row * stride;
    }

    /** Where the optimiser state of a row starts in {@link #floats()}. */
    public int state(int row) {
        return vector(row) + padded;
    }

    public float[] floats() {
        return floats;
    }

    public RecentItems clicked(int row) {
        return clicked[row];
    }

    public RecentItems exposed(int row) {
        return exposed[row];
    }

    /** Steps taken on a row. */
    public int updates(int row) {
        return RawBits.getInt(floats, counter(row, STEPS));
    }

    /** XOR of the digests of the steps. */
    public long digest(int row) {
        return RawBits.getLong(floats, counter(row, DIGEST));
    }

    /** Event time of the user's last event, epoch milliseconds; 0 before the first. */
    public long lastMs(int row) {
        return RawBits.getLong(floats, counter(row, LAST_MS));
    }

    public void addSteps(int row, int updates, long digest) {
        int at = counter(row, 0);
        RawBits.putInt(floats, at + STEPS, RawBits.getInt(floats, at + STEPS) + updates);
        RawBits.xorLong(floats, at + DIGEST, digest);
    }

    public void seenAt(int row, long atMs) {
        RawBits.putLong(floats, counter(row, LAST_MS), Math.max(lastMs(row), atMs));
    }

    private int counter(int row, int which) {
        return vector(row) + counters + which;
    }

    /** Brings a row near, before it is worked on: see {@link RawBits#lines}. */
    void fetch(int row) {
        fetched = RawBits.lines(floats, vector(row), padded) | marks(row);
    }

    private int marks(int row) {
        return RawBits.getInt(floats, counter(row, MARKS));
    }

    private void mark(int row, int marks) {
        RawBits.putInt(floats, counter(row, MARKS), marks);
    }

    /** Announces a change of a row, so that it is written back. */
    public void touch(int row) {
        int marks = marks(row);
        if ((marks & TOUCHED) == 0) {
            mark(row, marks | TOUCHED);
            unstored.clear(row);
            if (touchedCount == touchedRows.length) {
                touchedRows = Arrays.copyOf(touchedRows, touchedCount * 2);
            }
            touchedRows[touchedCount++] = row;
        }
    }

    /** Rows touched since {@link #logged}, in order of their first touch. */
    public int touchedCount() {
        return touchedCount;
    }

    public int touchedRow(int k) {
        return touchedRows[k];
    }

    /** Every touched row was logged. */
    public void logged() {
        for (int k = 0; k < touchedCount; k++) {
            int row = touchedRows[k];
            int marks = marks(row) & ~TOUCHED;
            boolean isNew = (marks & (BACKED | UNBACKED)) == 0;
            unbacked += isNew ? 1 : 0;
            mark(row, isNew ? marks | UNBACKED : marks);
            unstored.set(row);
        }
        touchedCount = 0;
    }

    /** The first row at or after {@code from} that was logged and is not stored, or -1. */
    public int nextUnstored(int from) {
        return unstored.nextSetBit(from);
    }

    /** Every such row in {@code [from, to)} was stored. */
    public void stored(int from, int to) {
        for (int row = unstored.nextSetBit(from); row >= 0 && row < to; row = unstored.nextSetBit(row + 1)) {
            unbacked -= (marks(row) & UNBACKED) != 0 ? 1 : 0;
            mark(row, marks(row) & ~UNBACKED | BACKED);
        }
        unstored.clear(from, to);
    }

    /** True when the backing does not have a row as it is here. */
    public boolean isAhead(int row) {
        return (marks(row) & TOUCHED) != 0 || unstored.get(row);
    }

    /** Users that were logged and that the backing does not have at all. */
    public int unbacked() {
        return unbacked;
    }

    private int bring(EntityId user) {
        int row = backing == null || rows < capacity ? append() : evict(backing);
        users[row] = user;
        index.put(user.hash(), row);
        Arrays.fill(floats, vector(row), vector(row) + stride, 0f);
        mark(row, USED);
        initial.fill(user.hash(), floats, vector(row));
        clicked[row] = new RecentItems(clickedCapacity);
        exposed[row] = new RecentItems(exposedCapacity);
        if (backing != null && backing.load(user, this, row)) {
            mark(row, marks(row) | BACKED);
        }
        return row;
    }

    private int append() {
        if (rows == users.length) {
            grow();
        }
        return rows++;
    }

    /** The clock hand passes rows used since its last round once, and touched ones until they are logged. */
    private int evict(Backing full) {
        for (int steps = 0; ; steps++) {
            if (steps == 2 * rows) {
                full.log();
            }
            hand = hand + 1 < rows ? hand + 1 : 0;
            if ((marks(hand) & (TOUCHED | USED)) == 0) {
                leave(hand, full);
                return hand;
            }
            mark(hand, marks(hand) & ~USED);
        }
    }

    private void leave(int row, Backing full) {
        if (unstored.get(row)) {
            full.store(row, STORED_TOGETHER);
        }
        index.remove(user(row).hash());
    }

    private void grow() {
        int larger = users.length * 2;
        floats = Arrays.copyOf(floats, Arithmetic.FIRST + larger * stride);
        users = Arrays.copyOf(users, larger);
        clicked = Arrays.copyOf(clicked, larger);
        exposed = Arrays.copyOf(exposed, larger);
    }
}
