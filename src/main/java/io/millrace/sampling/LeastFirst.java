package io.millrace.sampling;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;

/** A binary heap of slots by a key they had when they were added; the least comes first, and of equals the lowest slot. */
final class LeastFirst {

    private double[] keys = new double[16];
    private int[] slots = new int[16];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    double leastKey() {
        return keys[0];
    }

    void clear() {
        size = 0;
    }

    void add(int slot, double key) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            slots = Arrays.copyOf(slots, size * 2);
        }
        int at = size++;
        while (at > 0 && isBefore(key, slot, (at - 1) / 2)) {
            move((at - 1) / 2, at);
            at = (at - 1) / 2;
        }
        put(at, slot, key);
    }

    /** Takes out the slot with the least key. */
    int removeLeast() {
        int least = slots[0];
        double key = keys[--size];
        int slot = slots[size];
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && isBefore(keys[child + 1], slots[child + 1], child)) {
                child++;
            }
            if (isBefore(key, slot, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        put(at, slot, key);
        return least;
    }

    /** When there are more than {@code most} entries, rebuilds from those that count, each once, with present keys. */
    void trim(int most, IntPredicate counts, IntToDoubleFunction key) {
        if (size <= most) {
            return;
        }
        int[] old = Arrays.copyOf(slots, size);
        Arrays.sort(old);
        size = 0;
        for (int k = 0; k < old.length; k++) {
            if ((k == 0 || old[k] != old[k - 1]) && counts.test(old[k])) {
                add(old[k], key.applyAsDouble(old[k]));
            }
        }
    }

    private boolean isBefore(double key, int slot, int other) {
        return key < keys[other] || key == keys[other] && slot < slots[other];
    }

    private void move(int from, int to) {
        put(to, slots[from], keys[from]);
    }

    private void put(int at, int slot, double key) {
        slots[at] = slot;
        keys[at] = key;
    }

    long stateBytes() {
        return 12L * keys.length;
    }
}
