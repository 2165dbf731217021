package io.millrace.learning;

import io.millrace.event.EntityId;
import io.millrace.event.LongIndex;
import io.millrace.sampling.RecentItems;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is learned of users, in flat arrays: vector, optimiser state, recent clicks, exposures left unclicked, counters.
 * With a {@link Backing} it is a write-back cache of bounded size: rows are loaded when first met, and clean rows make
 * room, least recently used first as a clock hand finds them.
 */
public final class UserRows {

    /** Where rows live that are not in memory. */
    public interface Backing {

        /** Fills a row that was learned before and returns true, or leaves it at its start and returns false. */
        boolean load(EntityId user, UserRows rows, int row);

        /** Writes every touched row and forgets that it was touched; called when the cache is full of them. */
        void flush();
    }

    private final InitialRows initial;
    private final int padded;
    private final int state;
    private final int clickedCapacity;
    private final int exposedCapacity;
    private final int capacity;
    private @Nullable Backing backing;

    private final LongIndex index = new LongIndex(1024);
    float[] vectors;
    float[] states;
    private float[] normBounds;
    private @Nullable EntityId[] users;
    private RecentItems[] clicked;
    private RecentItems[] exposed;
    private int[] updates;
    private long[] digests;
    private long[] lastMs;
    private boolean[] touched;
    private boolean[] used;
    private int[] touchedRows = new int[64];
    private int touchedCount;
    private int rows;
    private int hand;

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
        int start = 64;
        vectors = new float[start * padded];
        states = new float[start * state];
        normBounds = new float[start];
        users = new EntityId[start];
        clicked = new RecentItems[start];
        exposed = new RecentItems[start];
        updates = new int[start];
        digests = new long[start];
        lastMs = new long[start];
        touched = new boolean[start];
        used = new boolean[start];
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
            used[row] = true;
            return row;
        }
        return bring(user);
    }

    /** The user in a row. */
    public EntityId user(int row) {
        EntityId user = users[row];
        if (user == null) {
            throw new IllegalArgumentException("row " + row + " holds no user");
        }
        return user;
    }

    public int vector(int row) {
        return row * padded;
    }

    public int state(int row) {
        return row * state;
    }

    public float[] vectors() {
        return vectors;
    }

    public float[] states() {
        return states;
    }

    public RecentItems clicked(int row) {
        return clicked[row];
    }

    public RecentItems exposed(int row) {
        return exposed[row];
    }

    public int updates(int row) {
        return updates[row];
    }

    public long digest(int row) {
        return digests[row];
    }

    /** Event time of the user's last event, epoch milliseconds; 0 before the first. */
    public long lastMs(int row) {
        return lastMs[row];
    }

    public void addSteps(int row, int updates, long digest) {
        this.updates[row] += updates;
        digests[row] ^= digest;
    }

    public void seenAt(int row, long atMs) {
        lastMs[row] = Math.max(lastMs[row], atMs);
    }

    float normBound(int row) {
        return normBounds[row];
    }

    void normBound(int row, float bound) {
        normBounds[row] = bound;
    }

    /** Announces a change of a row, so that it is written back. */
    public void touch(int row) {
        if (!touched[row]) {
            touched[row] = true;
            if (touchedCount == touchedRows.length) {
                touchedRows = Arrays.copyOf(touchedRows, touchedCount * 2);
            }
            touchedRows[touchedCount++] = row;
        }
    }

    /** Rows touched since {@link #forgetTouched}, in order of their first touch. */
    public int touchedCount() {
        return touchedCount;
    }

    public int touchedRow(int k) {
        return touchedRows[k];
    }

    public void forgetTouched() {
        for (int k = 0; k < touchedCount; k++) {
            touched[touchedRows[k]] = false;
        }
        touchedCount = 0;
    }

    /** Empties memory; the backing keeps what it was given. */
    public void clear() {
        forgetTouched();
        index.clear();
        Arrays.fill(users, null);
        rows = 0;
        hand = 0;
    }

    private int bring(EntityId user) {
        int row = backing == null || rows < capacity ? append() : evict();
        users[row] = user;
        index.put(user.hash(), row);
        used[row] = true;
        Arrays.fill(vectors, vector(row), vector(row) + padded, 0f);
        Arrays.fill(states, state(row), state(row) + state, 0f);
        initial.fill(user.hash(), vectors, vector(row));
        normBounds[row] = 0;
        updates[row] = 0;
        digests[row] = 0;
        lastMs[row] = 0;
        clicked[row] = new RecentItems(clickedCapacity);
        exposed[row] = new RecentItems(exposedCapacity);
        if (backing != null) {
            backing.load(user, this, row);
        }
        return row;
    }

    private int append() {
        if (rows == updates.length) {
            grow();
        }
        return rows++;
    }

    /** The clock hand passes rows used since its last round once, and touched ones until they are written. */
    private int evict() {
        for (int steps = 0; ; steps++) {
            if (steps == 2 * rows && backing != null) {
                backing.flush();
            }
            hand = hand + 1 < rows ? hand + 1 : 0;
            if (!touched[hand] && !used[hand]) {
                index.remove(user(hand).hash());
                return hand;
            }
            used[hand] = false;
        }
    }

    private void grow() {
        int larger = updates.length * 2;
        vectors = Arrays.copyOf(vectors, larger * padded);
        states = Arrays.copyOf(states, larger * state);
        normBounds = Arrays.copyOf(normBounds, larger);
        users = Arrays.copyOf(users, larger);
        clicked = Arrays.copyOf(clicked, larger);
        exposed = Arrays.copyOf(exposed, larger);
        updates = Arrays.copyOf(updates, larger);
        digests = Arrays.copyOf(digests, larger);
        lastMs = Arrays.copyOf(lastMs, larger);
        touched = Arrays.copyOf(touched, larger);
        used = Arrays.copyOf(used, larger);
    }
}
