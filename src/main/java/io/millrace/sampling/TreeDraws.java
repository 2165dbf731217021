package io.millrace.sampling;

import io.millrace.event.CounterRandom;
import io.millrace.popularity.SumTree;

/** Draws from a sum-tree that are noted first and made all at once, because together they wait for memory only once. */
final class TreeDraws {

    private double[] uniform = new double[16];
    private int[] found = new int[16];
    private int size;

    /** Forgets the draws there were and makes room for so many. */
    void clear(int most) {
        size = 0;
        if (uniform.length < most) {
            uniform = new double[most];
            found = new int[most];
        }
    }

    /** Notes a draw, with the chance it is made with. */
    void add(CounterRandom random) {
        uniform[size++] = random.nextDouble();
    }

    /** Makes all that were noted; the tree must not be empty. */
    void make(SumTree tree) {
        tree.draw(uniform, size, found);
    }

    /** The slot of the last draw that was not taken yet. */
    int takeLast() {
        return found[--size];
    }
}
