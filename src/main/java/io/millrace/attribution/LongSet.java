package io.millrace.attribution;

import io.millrace.event.Hash;

/**
 * A set of 64-bit hashes without boxes: open addressing at most half full, linear probing, removal by shifting back. Not
 * thread-safe.
 */
final class LongSet {

    /** Marks a free place; the value itself is kept apart. */
    private static final long FREE = 0;

    private long[] keys = new long[32];
    private int size;
    private boolean hasFree;

    /** Adds the key; false when it was there. */
    boolean add(long key) {
        if (key == FREE) {
            boolean added = !hasFree;
            hasFree = true;
            return added;
        }
        int place = place(key);
        if (keys[place] == key) {
            return false;
        }
        keys[place] = key;
        if (++size * 2 > keys.length) {
            grow();
        }
        return true;
    }

    void remove(long key) {
        if (key == FREE) {
            hasFree = false;
            return;
        }
        int place = place(key);
        if (keys[place] == key) {
            closeGap(place);
            size--;
        }
    }

    long stateBytes() {
        return 8L * keys.length;
    }

    /** Where the key is, or where it would go. */
    private int place(long key) {
        int place = home(key);
        while (keys[place] != FREE && keys[place] != key) {
            place = next(place);
        }
        return place;
    }

    private int home(long key) {
        return (int) Hash.mix(key) & (keys.length - 1);
    }

    private int next(int place) {
        return (place + 1) & (keys.length - 1);
    }

    /** Moves back every following key that may not stay behind a gap. */
    private void closeGap(int gap) {
        int hole = gap;
        for (int i = next(gap); keys[i] != FREE; i = next(i)) {
            int fromHome = (i - home(keys[i])) & (keys.length - 1);
            if (fromHome >= ((i - hole) & (keys.length - 1))) {
                keys[hole] = keys[i];
                hole = i;
            }
        }
        keys[hole] = FREE;
    }

    private void grow() {
        long[] old = keys;
        keys = new long[old.length * 2];
        for (long key : old) {
            if (key != FREE) {
                keys[place(key)] = key;
            }
        }
    }
}
