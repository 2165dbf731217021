package io.millrace.sampling;

import io.millrace.event.LongIndex;
import java.util.Arrays;

/**
 * A bounded ring of item hashes with the event times they were added at; the oldest leaves first.
 *
 * <p>Slots are found in the catalog's index once and remembered until an item is retired, whose slot another may get.
 */
public final class RecentItems {

    private static final int[] NO_SLOTS = {};

    /** Of a new one: most users have few clicks, or none. */
    private static final long[] NO_ITEMS = {};

    private final int capacity;

    /** By place: the hash of the item, then the time; in one array, since each is a user's own and far from all others. */
    private long[] places = NO_ITEMS;

    private int next;
    private int size;

    /** By place, {@link LongIndex#ABSENT} where not known; made when a slot is first asked for. */
    private int[] slots = NO_SLOTS;

    /** Of the catalog, when the slots were found. */
    private long retirements;

    /** @param capacity most items kept; at least 1 */
    public RecentItems(int capacity) {
        this.capacity = capacity;
    }

    public int size() {
        return size;
    }

    /** The k-th newest item's hash; k in [0, size). */
    public long item(int k) {
        return places[2 * at(k)];
    }

    /** When the k-th newest was added, epoch milliseconds. */
    public long atMs(int k) {
        return places[2 * at(k) + 1];
    }

    /**
     * The slot of the k-th newest, or {@link LongIndex#ABSENT}; k in [0, size).
     *
     * @param catalog the same one at every call
     */
    public int slot(int k, Catalog catalog) {
        refresh(catalog);
        return slotAt(at(k), catalog);
    }

    /**
     * Writes the slots of the entries that were added at or after {@code sinceMs} and are in the catalog, newest first;
     * returns their number.
     */
    int slotsSince(long sinceMs, Catalog catalog, int[] into) {
        refresh(catalog);
        int oldest = next - size;
        int count = slotsSince(sinceMs, catalog, into, 0, next - 1, Math.max(0, oldest));
        return oldest < 0 ? slotsSince(sinceMs, catalog, into, count, length() - 1, length() + oldest) : count;
    }

    /** The same of the places from one down to another. */
    private int slotsSince(long sinceMs, Catalog catalog, int[] into, int before, int from, int to) {
        int count = before;
        for (int at = from; at >= to; at--) {
            int slot = slotAt(at, catalog);
            into[count] = slot;
            count += slot >= 0 && places[2 * at + 1] >= sinceMs ? 1 : 0;
        }
        return count;
    }

    private int slotAt(int at, Catalog catalog) {
        if (slots[at] < 0) {
            slots[at] = catalog.slotOf(places[2 * at]);
        }
        return slots[at];
    }

    private void refresh(Catalog catalog) {
        if (slots.length != length()) {
            slots = new int[length()];
            retirements = -1;
        }
        if (retirements != catalog.retirements()) {
            Arrays.fill(slots, LongIndex.ABSENT);
            retirements = catalog.retirements();
        }
    }

    public void add(long item, long atMs) {
        if (size == length() && size < capacity) {
            grow();
        }
        places[2 * next] = item;
        places[2 * next + 1] = atMs;
        if (slots.length > 0) {
            slots[next] = LongIndex.ABSENT;
        }
        next = next + 1 == length() ? 0 : next + 1;
        size = Math.min(size + 1, length());
    }

    /** Takes out every entry of an item. */
    public void remove(long item) {
        if (!contains(item)) {
            return;
        }
        long[] old = places;
        int[] order = new int[size];
        for (int k = 0; k < order.length; k++) {
            order[k] = at(order.length - 1 - k);
        }
        places = new long[old.length];
        slots = NO_SLOTS;
        size = 0;
        next = 0;
        for (int from : order) {
            if (old[2 * from] != item) {
                add(old[2 * from], old[2 * from + 1]);
            }
        }
    }

    public boolean contains(long item) {
        for (int k = 0; k < size; k++) {
            if (places[2 * at(k)] == item) {
                return true;
            }
        }
        return false;
    }

    public void clear() {
        size = 0;
        next = 0;
    }

    private int length() {
        return places.length / 2;
    }

    private int at(int k) {
        int i = next - 1 - k;
        return i < 0 ? i + length() : i;
    }

    /** Called when full, so the oldest entry is at {@code next}. */
    private void grow() {
        long[] old = places;
        int after = old.length - 2 * next;
        places = new long[2 * Math.min(capacity, Math.max(2, old.length))];
        System.arraycopy(old, 2 * next, places, 0, after);
        System.arraycopy(old, 0, places, after, 2 * next);
        slots = NO_SLOTS;
        next = old.length / 2;
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        return 16L * length() + 4L * slots.length + 64;
    }

    @Override
    public String toString() {
        return Arrays.toString(places);
    }
}
