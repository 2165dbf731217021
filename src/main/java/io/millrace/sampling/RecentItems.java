package io.millrace.sampling;

import java.util.Arrays;

/** A bounded ring of item hashes with the event times they were added at; the oldest leaves first. */
public final class RecentItems {

    private final int capacity;
    private long[] items;
    private long[] times;
    private int next;
    private int size;

    /** @param capacity most items kept; at least 1 */
    public RecentItems(int capacity) {
        this.capacity = capacity;
        int initial = Math.min(capacity, 4);
        items = new long[initial];
        times = new long[initial];
    }

    public int size() {
        return size;
    }

    /** The k-th newest item's hash; k in [0, size). */
    public long item(int k) {
        return items[at(k)];
    }

    /** When the k-th newest was added, epoch milliseconds. */
    public long atMs(int k) {
        return times[at(k)];
    }

    public void add(long item, long atMs) {
        if (size == items.length && size < capacity) {
            grow();
        }
        items[next] = item;
        times[next] = atMs;
        next = next + 1 == items.length ? 0 : next + 1;
        size = Math.min(size + 1, items.length);
    }

    /** Takes out every entry of an item. */
    public void remove(long item) {
        if (!contains(item)) {
            return;
        }
        long[] oldItems = items;
        long[] oldTimes = times;
        int[] order = new int[size];
        for (int k = 0; k < order.length; k++) {
            order[k] = at(order.length - 1 - k);
        }
        items = new long[oldItems.length];
        times = new long[oldTimes.length];
        size = 0;
        next = 0;
        for (int from : order) {
            if (oldItems[from] != item) {
                add(oldItems[from], oldTimes[from]);
            }
        }
    }

    public boolean contains(long item) {
        for (int k = 0; k < size; k++) {
            if (items[at(k)] == item) {
                return true;
            }
        }
        return false;
    }

    public void clear() {
        size = 0;
        next = 0;
    }

    private int at(int k) {
        int i = next - 1 - k;
        return i < 0 ? i + items.length : i;
    }

    /** Called when full, so the oldest entry is at {@code next}. */
    private void grow() {
        int larger = Math.min(capacity, items.length * 2);
        long[] oldItems = items;
        long[] oldTimes = times;
        items = new long[larger];
        times = new long[larger];
        for (int k = 0; k < oldItems.length; k++) {
            int from = (next + k) % oldItems.length;
            items[k] = oldItems[from];
            times[k] = oldTimes[from];
        }
        next = oldItems.length;
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        return 16L * items.length + 48;
    }

    @Override
    public String toString() {
        return Arrays.toString(items);
    }
}
