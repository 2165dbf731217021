package io.millrace.query;

/**
 * The k slots with the largest scores, kept in a bounded heap whose root is the worst of them; O(n log k) at worst, and
 * O(n) when few beat the root. Equal scores go to the lower slot, so the answer does not depend on the order of a scan.
 * Not thread-safe.
 */
final class TopSlots {

    private int[] slots = new int[16];
    private float[] scores = new float[16];
    private int capacity;
    private int size;

    /** Forgets everything and keeps {@code k} from now on. */
    void reset(int k) {
        if (slots.length < k) {
            slots = new int[k];
            scores = new float[k];
        }
        capacity = k;
        size = 0;
    }

    int size() {
        return size;
    }

    int slot(int rank) {
        return slots[rank];
    }

    float score(int rank) {
        return scores[rank];
    }

    /** Offers slots [0, n) that are not in the bit set {@code excluded}; negative infinity and NaN are never kept. */
    void offerAll(float[] all, int n, long[] excluded) {
        for (int slot = 0; slot < n; slot++) {
            float score = all[slot];
            boolean open = size < capacity ? score > Float.NEGATIVE_INFINITY : score > scores[0];
            if (open && (excluded[slot >> 6] >>> slot & 1) == 0) {
                offer(slot, score);
            }
        }
    }

    void offer(int slot, float score) {
        if (!(score > Float.NEGATIVE_INFINITY)) {
            return;
        }
        if (size < capacity) {
            up(size++, slot, score);
        } else if (size > 0 && worse(slots[0], scores[0], slot, score)) {
            down(0, size, slot, score);
        }
    }

    /** Puts what was kept in order, best first; only reading and {@link #reset} may follow. */
    void sort() {
        for (int last = size - 1; last > 0; last--) {
            int slot = slots[last];
            float score = scores[last];
            slots[last] = slots[0];
            scores[last] = scores[0];
            down(0, last, slot, score);
        }
    }

    private void up(int from, int slot, float score) {
        int i = from;
        while (i > 0) {
            int parent = (i - 1) >> 1;
            if (!worse(slot, score, slots[parent], scores[parent])) {
                break;
            }
            slots[i] = slots[parent];
            scores[i] = scores[parent];
            i = parent;
        }
        slots[i] = slot;
        scores[i] = score;
    }

    private void down(int from, int end, int slot, float score) {
        int i = from;
        for (int child = 2 * i + 1; child < end; child = 2 * i + 1) {
            if (child + 1 < end && worse(slots[child + 1], scores[child + 1], slots[child], scores[child])) {
                child++;
            }
            if (!worse(slots[child], scores[child], slot, score)) {
                break;
            }
            slots[i] = slots[child];
            scores[i] = scores[child];
            i = child;
        }
        slots[i] = slot;
        scores[i] = score;
    }

    private static boolean worse(int slotA, float a, int slotB, float b) {
        return a < b || (a == b && slotA > slotB);
    }
}
