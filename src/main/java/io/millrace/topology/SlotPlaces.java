package io.millrace.topology;

import java.util.Arrays;

/** Where in the item table the items of a learner's slots lie, and which slot is that of each place: one to one. */
final class SlotPlaces {

    private int[] placeOf = new int[0];
    private int[] slotAt = new int[0];

    /** The place of a slot, or -1 where its item is not published. */
    int place(int slot) {
        return slot < placeOf.length ? placeOf[slot] : -1;
    }

    /** The slot of a place, or -1. */
    int slot(int place) {
        return place < slotAt.length ? slotAt[place] : -1;
    }

    void put(int slot, int place) {
        placeOf = room(placeOf, slot);
        slotAt = room(slotAt, place);
        placeOf[slot] = place;
        slotAt[place] = slot;
    }

    void remove(int slot) {
        slotAt[placeOf[slot]] = -1;
        placeOf[slot] = -1;
    }

    /** Copies the places of the first slots. */
    void copy(int[] into, int slots) {
        int known = Math.min(slots, placeOf.length);
        System.arraycopy(placeOf, 0, into, 0, known);
        Arrays.fill(into, known, slots, -1);
    }

    private static int[] room(int[] array, int at) {
        if (at < array.length) {
            return array;
        }
        int[] larger = Arrays.copyOf(array, Math.max(at + 1, Math.max(1024, array.length * 2)));
        Arrays.fill(larger, array.length, larger.length, -1);
        return larger;
    }
}
