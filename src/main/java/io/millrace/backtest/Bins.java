package io.millrace.backtest;

/** Predicted and observed click rates by bins of the prediction's logit, whole units of it subdivided. */
final class Bins {

    private static final double LOWEST = -7;
    private static final double WIDTH = 0.5;

    private final long[] counts;
    private final double[] predicted;
    private final long[] clicks;

    Bins(int bins) {
        counts = new long[bins];
        predicted = new double[bins];
        clicks = new long[bins];
    }

    void add(double p, boolean isClicked) {
        int bin = (int) Math.max(0, Math.min(counts.length - 1, (ClickModel.logit(p) - LOWEST) / WIDTH));
        counts[bin]++;
        predicted[bin] += p;
        clicks[bin] += isClicked ? 1 : 0;
    }

    int size() {
        return counts.length;
    }

    long count(int bin) {
        return counts[bin];
    }

    double predicted(int bin) {
        return predicted[bin] / counts[bin];
    }

    double observed(int bin) {
        return (double) clicks[bin] / counts[bin];
    }
}
