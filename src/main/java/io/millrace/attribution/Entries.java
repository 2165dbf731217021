package io.millrace.attribution;

import io.millrace.event.Click;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.event.LongIndex;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The impressions and waiting clicks that the joiner holds, in slots, with one chain a user through them. What a scan of
 * the chain compares lies in primitive arrays. Not thread-safe.
 */
final class Entries {

    static final int NONE = LongIndex.ABSENT;

    /** An impression that may still be clicked in time. */
    static final byte OPEN = 0;

    /** An impression that was decided without a click. */
    static final byte UNCLICKED = 1;

    static final byte CLICKED = 2;

    /** An impression whose click came late. */
    static final byte LATE = 3;

    /** A click whose impression has not come. */
    static final byte WAITING = 4;

    private static final long FREE = -1;

    private @Nullable Event[] events = new @Nullable Event[16];
    private long[] sequences = new long[16];
    private long[] users = new long[16];
    private long[] items = new long[16];
    private long[] dues = new long[16];
    private byte[] states = new byte[16];
    private int[] next = new int[16];
    private int[] previous = new int[16];

    private final LongIndex heads = new LongIndex();
    private int free = NONE;
    private int used;
    private int size;

    int size() {
        return size;
    }

    int add(Event event, byte state, long sequence, long dueMs) {
        int slot = freeSlot();
        events[slot] = event;
        sequences[slot] = sequence;
        users[slot] = event.user().hash();
        items[slot] = event.item().hash();
        dues[slot] = dueMs;
        states[slot] = state;
        link(slot, users[slot]);
        size++;
        return slot;
    }

    void remove(int slot) {
        unlink(slot, users[slot]);
        events[slot] = null;
        sequences[slot] = FREE;
        next[slot] = free;
        free = slot;
        size--;
    }

    /** The latest entry of a user, or {@link #NONE}; the others follow by {@link #next}. */
    int first(long userHash) {
        return heads.get(userHash);
    }

    int next(int slot) {
        return next[slot];
    }

    Event event(int slot) {
        return Objects.requireNonNull(events[slot]);
    }

    Impression impression(int slot) {
        return (Impression) event(slot);
    }

    Click click(int slot) {
        return (Click) event(slot);
    }

    boolean isWaiting(int slot) {
        return states[slot] == WAITING;
    }

    byte state(int slot) {
        return states[slot];
    }

    void state(int slot, byte state) {
        states[slot] = state;
    }

    /** Which arrival this is; of all that a slot ever held, no two are alike. */
    long sequence(int slot) {
        return sequences[slot];
    }

    boolean holds(int slot, long sequence) {
        return sequences[slot] == sequence;
    }

    long itemHash(int slot) {
        return items[slot];
    }

    /** When an impression is decided or a waiting click given up: once the stream time is greater. */
    long dueMs(int slot) {
        return dues[slot];
    }

    /** Slots that were ever used; those of removed entries hold no sequence. */
    int used() {
        return used;
    }

    long stateBytes() {
        return 49L * sequences.length + heads.stateBytes();
    }

    private void link(int slot, long userHash) {
        int head = heads.get(userHash);
        next[slot] = head;
        previous[slot] = NONE;
        if (head != NONE) {
            previous[head] = slot;
        }
        heads.put(userHash, slot);
    }

    private void unlink(int slot, long userHash) {
        int before = previous[slot];
        int after = next[slot];
        if (after != NONE) {
            previous[after] = before;
        }
        if (before != NONE) {
            next[before] = after;
        } else if (after != NONE) {
            heads.put(userHash, after);
        } else {
            heads.remove(userHash);
        }
    }

    private int freeSlot() {
        if (free != NONE) {
            int slot = free;
            free = next[slot];
            return slot;
        }
        if (used == sequences.length) {
            grow(used * 2);
        }
        return used++;
    }

    private void grow(int capacity) {
        events = Arrays.copyOf(events, capacity);
        sequences = Arrays.copyOf(sequences, capacity);
        users = Arrays.copyOf(users, capacity);
        items = Arrays.copyOf(items, capacity);
        dues = Arrays.copyOf(dues, capacity);
        states = Arrays.copyOf(states, capacity);
        next = Arrays.copyOf(next, capacity);
        previous = Arrays.copyOf(previous, capacity);
    }
}
