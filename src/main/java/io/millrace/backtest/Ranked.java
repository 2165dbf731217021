package io.millrace.backtest;

import io.millrace.event.LongIndex;
import java.util.Arrays;

/** Hits of two lines on some clicks, to be compared with those of another run on the same clicks. */
final class Ranked {

    /** Takes the hits of two runs on one click. */
    interface Pairs {
        void accept(double[] hits, double[] otherHits);
    }

    private long[] clicks = new long[64];
    private double[][] hits = new double[64][];
    private int size;

    void add(long click, double first, double second) {
        if (size == clicks.length) {
            clicks = Arrays.copyOf(clicks, size * 2);
            hits = Arrays.copyOf(hits, size * 2);
        }
        clicks[size] = click;
        hits[size++] = new double[] {first, second};
    }

    int size() {
        return size;
    }

    /** Gives out the clicks that both ranked, in this one's order; returns how many that were. */
    int pair(Ranked other, Pairs into) {
        LongIndex index = new LongIndex(other.size);
        for (int k = 0; k < other.size; k++) {
            index.put(other.clicks[k], k);
        }
        int pairs = 0;
        for (int k = 0; k < size; k++) {
            int at = index.get(clicks[k]);
            if (at >= 0) {
                into.accept(hits[k], other.hits[at]);
                pairs++;
            }
        }
        return pairs;
    }
}
