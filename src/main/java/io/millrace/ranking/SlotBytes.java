package io.millrace.ranking;

import io.millrace.sampling.Catalog;

/** What the byte forms of rankers share. */
final class SlotBytes {

    private SlotBytes() {}

    /** Items in the first slots of a catalog. */
    static int active(Catalog catalog, int slots) {
        int active = 0;
        for (int slot = 0; slot < slots; slot++) {
            active += catalog.isActive(slot) ? 1 : 0;
        }
        return active;
    }
}
