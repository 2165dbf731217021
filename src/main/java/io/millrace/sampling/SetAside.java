package io.millrace.sampling;

import io.millrace.popularity.SumTree;
import java.util.Arrays;

/** Leaves taken out of a sum-tree for the length of one draw. Putting them back gives the same tree to the last bit. */
final class SetAside {

    private int[] slots = new int[16];
    private double[] weights = new double[16];
    private int size;
    private double total;

    boolean isEmpty() {
        return size == 0;
    }

    /** The tree's total before anything was taken out. */
    double total() {
        return total;
    }

    void add(int slot, SumTree tree) {
        double weight = tree.get(slot);
        if (weight <= 0) {
            return;
        }
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, size * 2);
            weights = Arrays.copyOf(weights, size * 2);
        }
        if (size == 0) {
            total = tree.total();
        }
        slots[size] = slot;
        weights[size++] = weight;
        tree.set(slot, 0);
    }

    void putBack(SumTree tree) {
        for (int k = 0; k < size; k++) {
            tree.set(slots[k], weights[k]);
        }
        size = 0;
    }
}
