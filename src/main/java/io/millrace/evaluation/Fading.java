package io.millrace.evaluation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Means that forget: S = m + α S, N = 1 + α N, mean S / N; about the last 1 / (1 - α) observations.
 *
 * <p>Source: Gama, Sebastião and Rodrigues, "On evaluating stream learning algorithms", Machine Learning 90, 2013.
 */
final class Fading {

    private final double alpha;
    private final double[] sums;
    private double count;

    Fading(double alpha, int values) {
        this.alpha = alpha;
        sums = new double[values];
    }

    void add(double[] values) {
        count = 1 + alpha * count;
        for (int k = 0; k < sums.length; k++) {
            sums[k] = values[k] + alpha * sums[k];
        }
    }

    double mean(int k) {
        return sums[k] / count;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeDouble(count);
        Doubles.write(sums, out);
    }

    void readFrom(DataInput in) throws IOException {
        count = in.readDouble();
        Doubles.read(sums, in);
    }
}
