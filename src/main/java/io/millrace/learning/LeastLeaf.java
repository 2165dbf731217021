package io.millrace.learning;

import java.util.Arrays;

/**
 * The leaf of least weight, of those the least deep, of those the one in the lowest slot; kept by a tournament over slots. A
 * change plays the matches of one slot again, O(log N), and the winner is a function of the leaves alone, whatever the order
 * of changes was.
 */
final class LeastLeaf {

    /** What leaves are compared by. */
    interface Leaves {

        /** False when there is no leaf in this slot. */
        boolean has(int slot);

        double weight(int slot);

        int depth(int slot);
    }

    private static final int NONE = -1;

    private final Leaves leaves;

    /** Winners, the final at 1, the slots from {@code capacity} on. */
    private int[] winners = {NONE, NONE};

    private int capacity = 1;

    LeastLeaf(Leaves leaves) {
        this.leaves = leaves;
    }

    /** The slot of the least, or -1 when there is no leaf. */
    int slot() {
        return winners[1];
    }

    /** A leaf was added, taken out, or compares differently. */
    void changed(int slot) {
        if (slot >= capacity) {
            playAll(slot + 1);
            return;
        }
        winners[capacity + slot] = leaves.has(slot) ? slot : NONE;
        for (int match = (capacity + slot) / 2; match >= 1; match /= 2) {
            winners[match] = winner(winners[2 * match], winners[2 * match + 1]);
        }
    }

    /** Plays every match again, with room for so many slots. */
    void playAll(int slots) {
        while (capacity < slots) {
            capacity *= 2;
        }
        if (winners.length < 2 * capacity) {
            winners = new int[2 * capacity];
            Arrays.fill(winners, NONE);
        }
        for (int slot = 0; slot < capacity; slot++) {
            winners[capacity + slot] = leaves.has(slot) ? slot : NONE;
        }
        for (int match = capacity - 1; match >= 1; match--) {
            winners[match] = winner(winners[2 * match], winners[2 * match + 1]);
        }
    }

    /** {@code a} is from lower slots than {@code b}. */
    private int winner(int a, int b) {
        if (a < 0 || b < 0) {
            return a < 0 ? b : a;
        }
        double heavier = leaves.weight(a) - leaves.weight(b);
        if (heavier != 0) {
            return heavier < 0 ? a : b;
        }
        return leaves.depth(a) <= leaves.depth(b) ? a : b;
    }

    long stateBytes() {
        return 4L * winners.length;
    }
}
