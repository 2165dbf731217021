package io.millrace.backtest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Means of several values over consecutive stretches of a stream, for drawing. When there are too many stretches,
 * neighbours are joined, so any length of stream is held in a bounded number of them. Not thread-safe.
 */
final class Curve {

    /** One stretch. */
    record Point(long observations, long fromMs, long toMs, double[] means) {}

    private static final int MOST = 400;

    private final int values;
    private final double[] sums;
    private final long[] counts = new long[MOST];
    private final long[] fromMs = new long[MOST];
    private final long[] toMs = new long[MOST];
    private int points;
    private long size = 1;

    Curve(int values) {
        this.values = values;
        sums = new double[MOST * values];
    }

    void add(long atMs, double[] observed) {
        if (points == 0 || counts[points - 1] == size) {
            open(atMs);
        }
        int last = points - 1;
        counts[last]++;
        toMs[last] = Math.max(toMs[last], atMs);
        for (int k = 0; k < values; k++) {
            sums[last * values + k] += observed[k];
        }
    }

    private void open(long atMs) {
        if (points == MOST) {
            join();
        }
        counts[points] = 0;
        fromMs[points] = atMs;
        toMs[points] = atMs;
        Arrays.fill(sums, points * values, (points + 1) * values, 0);
        points++;
    }

    private void join() {
        for (int p = 0; p < MOST / 2; p++) {
            counts[p] = counts[2 * p] + counts[2 * p + 1];
            fromMs[p] = fromMs[2 * p];
            toMs[p] = Math.max(toMs[2 * p], toMs[2 * p + 1]);
            for (int k = 0; k < values; k++) {
                sums[p * values + k] = sums[2 * p * values + k] + sums[(2 * p + 1) * values + k];
            }
        }
        points = MOST / 2;
        size *= 2;
    }

    /** The stream in at most {@code most} stretches of nearly equal length. */
    List<Point> points(int most) {
        int joined = Math.max(1, (points + most - 1) / most);
        List<Point> list = new ArrayList<>();
        int from = 0;
        while (from < points) {
            boolean isLast = points - from < joined * 3 / 2 + 1;
            int to = isLast ? points : from + joined;
            list.add(point(from, to));
            from = to;
        }
        return list;
    }

    /** Means over the stretches from a share of the observations on; to the nearest stretch. */
    double[] meansFrom(double share) {
        long all = Arrays.stream(counts, 0, points).sum();
        int from = 0;
        for (long passed = 0; from < points && passed + counts[from] / 2 < share * all; from++) {
            passed += counts[from];
        }
        return point(Math.min(from, Math.max(0, points - 1)), points).means();
    }

    private Point point(int from, int to) {
        double[] means = new double[values];
        long count = Arrays.stream(counts, from, to).sum();
        for (int p = from; p < to; p++) {
            for (int k = 0; k < values; k++) {
                means[k] += sums[p * values + k];
            }
        }
        for (int k = 0; k < values; k++) {
            means[k] /= count;
        }
        boolean empty = to == from;
        return new Point(count, empty ? 0 : fromMs[from], empty ? 0 : toMs[to - 1], means);
    }
}
