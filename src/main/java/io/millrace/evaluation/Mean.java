package io.millrace.evaluation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Means of several values over everything observed. */
final class Mean {

    private final double[] sums;
    private long count;

    Mean(int values) {
        sums = new double[values];
    }

    void add(double[] values) {
        count++;
        for (int k = 0; k < sums.length; k++) {
            sums[k] += values[k];
        }
    }

    long count() {
        return count;
    }

    /** NaN before the first. */
    double mean(int k) {
        return sums[k] / count;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(count);
        Doubles.write(sums, out);
    }

    void readFrom(DataInput in) throws IOException {
        count = in.readLong();
        Doubles.read(sums, in);
    }
}
