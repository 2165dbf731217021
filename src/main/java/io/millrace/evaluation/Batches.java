package io.millrace.evaluation;

/**
 * Sums of several values over consecutive batches of equal size. When all batches are full, neighbours are joined and
 * the size doubles, so any length of stream is held in a bounded number of batches: the method of batch means, whose
 * intervals hold for dependent observations too.
 */
final class Batches {

    private final int most;
    private final int values;
    private final double[] sums;
    private long size = 1;
    private long inLast;
    private int batches;

    /** @param most batches held at once; even, and at least half of that from then on */
    Batches(int most, int values) {
        this.most = most;
        this.values = values;
        sums = new double[most * values];
    }

    void add(double... observed) {
        if (inLast == 0 && batches == most) {
            join();
        }
        if (inLast == 0) {
            batches++;
        }
        int at = (batches - 1) * values;
        for (int k = 0; k < values; k++) {
            sums[at + k] += observed[k];
        }
        inLast = inLast + 1 == size ? 0 : inLast + 1;
    }

    private void join() {
        for (int b = 0; b < most; b++) {
            for (int k = 0; k < values; k++) {
                double sum = b < most / 2 ? sum(2 * b, k) + sum(2 * b + 1, k) : 0;
                sums[b * values + k] = sum;
            }
        }
        batches = most / 2;
        size *= 2;
    }

    /** Batches that are full. */
    int full() {
        return inLast == 0 ? batches : batches - 1;
    }

    /** Observations per batch. */
    long size() {
        return size;
    }

    double sum(int batch, int value) {
        return sums[batch * values + value];
    }
}
