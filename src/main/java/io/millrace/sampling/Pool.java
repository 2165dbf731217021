package io.millrace.sampling;

/** Candidates drawn from a base. */
final class Pool {

    private final int[] slots;
    private final Exclusions present = new Exclusions();
    private int size;

    /** @param capacity most candidates */
    Pool(int capacity) {
        slots = new int[capacity];
    }

    int size() {
        return size;
    }

    int capacity() {
        return slots.length;
    }

    int slot(int k) {
        return slots[k];
    }

    void clear() {
        size = 0;
        present.clear();
    }

    /** Adds draws of a base until there are so many, repeats and all; fewer when draws come back empty. */
    void fill(Sampler base, Draw draw, int upTo) {
        for (int tries = upTo - size; tries > 0; tries--) {
            int slot = base.draw(draw);
            if (slot >= 0) {
                add(slot);
            }
        }
    }

    /** Fills the whole pool anew without repeats; fewer when twice as many draws do not suffice. */
    void fillDistinct(Sampler base, Draw draw) {
        clear();
        for (int tries = 2 * slots.length; tries > 0 && size < slots.length; tries--) {
            int slot = base.draw(draw);
            if (slot == Sampler.NO_ELIGIBLE_ITEM) {
                return;
            }
            if (slot >= 0 && !present.contains(slot)) {
                add(slot);
            }
        }
    }

    void add(int slot) {
        slots[size++] = slot;
        present.add(slot);
    }

    boolean contains(int slot) {
        return present.contains(slot);
    }
}
