package io.millrace.sampling;

import java.util.Arrays;

/**
 * The slots no draw of one context may return: the positive, what the user clicked lately, and what the user was shown
 * and may still click. A slot belongs to the set when its mark carries the present stamp, so emptying the set is O(1).
 */
public final class Exclusions {

    private static final int FEW = 16;

    private int[] marks = new int[1024];
    private int[] members = new int[64];
    private final SlotFilter filter = new SlotFilter();
    private int size;
    private int stamp = 1;

    public void clear() {
        size = 0;
        filter.clear();
        if (++stamp == 0) {
            Arrays.fill(marks, 0);
            stamp = 1;
        }
    }

    /** Adds a slot; negative ones, which stand for unknown items, are passed over. */
    public void add(int slot) {
        if (slot < 0 || contains(slot)) {
            return;
        }
        if (slot >= marks.length) {
            marks = Arrays.copyOf(marks, Math.max(slot + 1, marks.length * 2));
        }
        if (size == members.length) {
            members = Arrays.copyOf(members, size * 2);
        }
        filter.add(slot);
        marks[slot] = stamp;
        members[size++] = slot;
    }

    /** Most slots are known at once not to be members; a few members are looked through, as a far mark waits for memory. */
    public boolean contains(int slot) {
        return filter.mayContain(slot) && isMember(slot);
    }

    private boolean isMember(int slot) {
        if (size > FEW) {
            return slot < marks.length && marks[slot] == stamp;
        }
        boolean found = false;
        for (int k = 0; k < size; k++) {
            found |= members[k] == slot;
        }
        return found;
    }

    public int size() {
        return size;
    }

    /** The k-th member, in order of adding. */
    public int slot(int k) {
        return members[k];
    }
}
