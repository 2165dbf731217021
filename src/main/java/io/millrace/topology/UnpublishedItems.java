package io.millrace.topology;

import java.util.Arrays;
import java.util.BitSet;

/** Items that a learner has sent and that nobody has published yet, by slot, in the order in which they were first sent. */
final class UnpublishedItems {

    private final SlotPlaces places;
    private final BitSet isNoted = new BitSet();
    private int[] slots = new int[64];
    private int count;

    UnpublishedItems(SlotPlaces places) {
        this.places = places;
    }

    /** Notes an item that is sent, or was sent before this task was moved here, until it is published. */
    void note(int slot) {
        if (places.place(slot) >= 0 || isNoted.get(slot)) {
            return;
        }
        isNoted.set(slot);
        if (count == slots.length) {
            slots = Arrays.copyOf(slots, 2 * count);
        }
        slots[count++] = slot;
    }

    /** How many they are now. */
    int count() {
        int kept = 0;
        for (int k = 0; k < count; k++) {
            if (places.place(slots[k]) >= 0) {
                isNoted.clear(slots[k]);
            } else {
                slots[kept++] = slots[k];
            }
        }
        count = kept;
        return kept;
    }

    /** The k-th, as of the last {@link #count}. */
    int slot(int k) {
        return slots[k];
    }
}
