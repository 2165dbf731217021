package io.millrace.attribution;

import java.util.Arrays;

/**
 * Which entries changed since the last chunk, in order of change. Entries that came and went in between are dropped
 * when the list is full, so it stays small when nobody ever writes a chunk. Not thread-safe.
 */
final class Changes {

    /** Stands for the slot of an entry that ended before its time. */
    static final int GONE = -2;

    private long[] sequences = new long[16];
    private int[] slots = new int[16];
    private int size;

    int size() {
        return size;
    }

    long sequence(int k) {
        return sequences[k];
    }

    int slot(int k) {
        return slots[k];
    }

    void add(long sequence, int slot, Entries entries) {
        if (size == slots.length) {
            makeRoom(entries);
        }
        sequences[size] = sequence;
        slots[size] = slot;
        size++;
    }

    void clear() {
        size = 0;
    }

    long stateBytes() {
        return 12L * slots.length;
    }

    private void makeRoom(Entries entries) {
        int kept = 0;
        for (int k = 0; k < size; k++) {
            if (slots[k] == GONE || entries.holds(slots[k], sequences[k])) {
                sequences[kept] = sequences[k];
                slots[kept] = slots[k];
                kept++;
            }
        }
        size = kept;
        if (size > slots.length / 2) {
            sequences = Arrays.copyOf(sequences, slots.length * 2);
            slots = Arrays.copyOf(slots, slots.length * 2);
        }
    }
}
