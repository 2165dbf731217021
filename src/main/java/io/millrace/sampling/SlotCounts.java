package io.millrace.sampling;

import java.util.Arrays;

/**
 * How often each of a few slots occurs: a hash table, sparse so that a slot which does not occur is mostly known at the first
 * look, and emptied in the time of what is in it.
 */
final class SlotCounts {

    private static final int GOLDEN = 0x9E3779B9;

    /** Places in the table per slot, at least. */
    private static final int SPARSENESS = 16;

    private int[] slots = new int[64];
    private int[] counts = new int[64];
    private int[] places = new int[64];
    private int size;

    /** One more than where a slot is in {@link #slots}; 0 where there is none. */
    private int[] table = new int[64 * SPARSENESS];

    void clear() {
        for (int k = 0; k < size; k++) {
            table[places[k]] = 0;
        }
        size = 0;
    }

    /** Returns a number for the slot, below those of slots that are added later. */
    int add(int slot) {
        int place = find(slot);
        int at = table[place] - 1;
        if (at >= 0) {
            counts[at]++;
            return at;
        }
        if (size == slots.length) {
            grow();
            place = find(slot);
        }
        slots[size] = slot;
        counts[size] = 1;
        places[size] = place;
        table[place] = size + 1;
        return size++;
    }

    /** How often the slot with this number was added. */
    int countOf(int number) {
        return counts[number];
    }

    /** How often a slot was added. */
    int count(int slot) {
        int at = table[find(slot)] - 1;
        return at < 0 ? 0 : counts[at];
    }

    /** Where a slot is in the table, or would be. */
    private int find(int slot) {
        int mask = table.length - 1;
        int place = slot * GOLDEN >>> 16 & mask;
        while (table[place] != 0 && slots[table[place] - 1] != slot) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void grow() {
        int larger = slots.length * 2;
        slots = Arrays.copyOf(slots, larger);
        counts = Arrays.copyOf(counts, larger);
        places = Arrays.copyOf(places, larger);
        table = new int[larger * SPARSENESS];
        for (int k = 0; k < size; k++) {
            places[k] = find(slots[k]);
            table[places[k]] = k + 1;
        }
    }
}
