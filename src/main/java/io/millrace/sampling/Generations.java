package io.millrace.sampling;

import java.util.Arrays;

/**
 * Tells an item from the one that had its slot before. A stamp is a slot with the number of items that have left it;
 * stamps of items that have gone are found stale when they are next looked at, so that nothing has to be searched for
 * them when an item is retired.
 */
final class Generations {

    /** The stamp of an item that is not known any more. */
    static final long GONE = -1;

    private int[] generations = new int[1024];

    void retired(int slot) {
        if (slot >= generations.length) {
            generations = Arrays.copyOf(generations, Math.max(slot + 1, generations.length * 2));
        }
        generations[slot]++;
    }

    long stamp(int slot) {
        return (long) of(slot) << 32 | slot;
    }

    /** The slot of a stamp, or -1 when its item has gone. */
    int slot(long stamp) {
        int slot = (int) stamp;
        return stamp >= 0 && of(slot) == (int) (stamp >>> 32) ? slot : -1;
    }

    private int of(int slot) {
        return slot < generations.length ? generations[slot] : 0;
    }

    long stateBytes() {
        return 4L * generations.length;
    }
}
