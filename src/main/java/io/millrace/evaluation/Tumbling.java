package io.millrace.evaluation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Means over windows of a fixed number of observations, each with the standard error of its mean. */
final class Tumbling {

    private final int size;
    private final double[] sums;
    private final double[] squares;
    private final double[] means;
    private final double[] errors;
    private long windows;
    private int count;

    Tumbling(int size, int values) {
        this.size = size;
        sums = new double[values];
        squares = new double[values];
        means = new double[values];
        errors = new double[values];
        Arrays.fill(means, Double.NaN);
        Arrays.fill(errors, Double.NaN);
    }

    void add(double[] values) {
        for (int k = 0; k < sums.length; k++) {
            sums[k] += values[k];
            squares[k] += values[k] * values[k];
        }
        if (++count == size) {
            close();
        }
    }

    private void close() {
        for (int k = 0; k < sums.length; k++) {
            double mean = sums[k] / size;
            double variance = Math.max(0, squares[k] / size - mean * mean) * size / Math.max(1, size - 1);
            means[k] = mean;
            errors[k] = Math.sqrt(variance / size);
        }
        Arrays.fill(sums, 0);
        Arrays.fill(squares, 0);
        count = 0;
        windows++;
    }

    /** Windows closed so far. */
    long windows() {
        return windows;
    }

    /** Mean of the last closed window; NaN before there is one. */
    double mean(int k) {
        return means[k];
    }

    double error(int k) {
        return errors[k];
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(windows);
        out.writeInt(count);
        for (double[] values : new double[][] {sums, squares, means, errors}) {
            Doubles.write(values, out);
        }
    }

    void readFrom(DataInput in) throws IOException {
        windows = in.readLong();
        count = in.readInt();
        for (double[] values : new double[][] {sums, squares, means, errors}) {
            Doubles.read(values, in);
        }
    }
}
