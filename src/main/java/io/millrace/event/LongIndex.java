package io.millrace.event;

import java.util.Arrays;

/**
 * A map from 64-bit hashes to dense slots, without boxes: open addressing with linear probing, removal by shifting back,
 * so there are no tombstones. Not thread-safe.
 */
public final class LongIndex {

    /** What {@link #get} returns for an absent key. */
    public static final int ABSENT = -1;

    private long[] keys;
    private int[] slots;
    private int mask;
    private int size;

    public LongIndex() {
        this(16);
    }

    public LongIndex(int expected) {
        int capacity = Integer.highestOneBit(Math.max(16, expected) * 2 - 1) * 2;
        keys = new long[capacity];
        slots = new int[capacity];
        Arrays.fill(slots, ABSENT);
        mask = capacity - 1;
    }

    public int size() {
        return size;
    }

    /** The slot of {@code key}, or {@link #ABSENT}. */
    public int get(long key) {
        for (int i = home(key); ; i = (i + 1) & mask) {
            int slot = slots[i];
            if (slot == ABSENT || keys[i] == key) {
                return slot;
            }
        }
    }

    /** Sets the slot of {@code key}, which must be at least 0. */
    public void put(long key, int slot) {
        int i = home(key);
        while (slots[i] != ABSENT && keys[i] != key) {
            i = (i + 1) & mask;
        }
        if (slots[i] == ABSENT) {
            size++;
        }
        keys[i] = key;
        slots[i] = slot;
        if (size * 2 > mask) {
            grow();
        }
    }

    /** Forgets {@code key} and returns the slot it had, or {@link #ABSENT}. */
    public int remove(long key) {
        int i = home(key);
        while (slots[i] != ABSENT && keys[i] != key) {
            i = (i + 1) & mask;
        }
        int removed = slots[i];
        if (removed != ABSENT) {
            closeGap(i);
            size--;
        }
        return removed;
    }

    public void clear() {
        Arrays.fill(slots, ABSENT);
        size = 0;
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        return 12L * keys.length;
    }

    private int home(long key) {
        return (int) (Hash.mix(key) & mask);
    }

    private void closeGap(int gap) {
        int hole = gap;
        for (int i = (gap + 1) & mask; slots[i] != ABSENT; i = (i + 1) & mask) {
            int home = home(keys[i]);
            if (((i - home) & mask) >= ((i - hole) & mask)) {
                keys[hole] = keys[i];
                slots[hole] = slots[i];
                hole = i;
            }
        }
        slots[hole] = ABSENT;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldSlots = slots;
        int capacity = oldKeys.length * 2;
        keys = new long[capacity];
        slots = new int[capacity];
        Arrays.fill(slots, ABSENT);
        mask = capacity - 1;
        for (int k = 0; k < oldKeys.length; k++) {
            if (oldSlots[k] != ABSENT) {
                int i = home(oldKeys[k]);
                while (slots[i] != ABSENT) {
                    i = (i + 1) & mask;
                }
                keys[i] = oldKeys[k];
                slots[i] = oldSlots[k];
            }
        }
    }
}
