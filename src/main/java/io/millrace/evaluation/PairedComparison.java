package io.millrace.evaluation;

import io.millrace.event.CounterRandom;
import io.millrace.event.InvalidSetting;
import java.util.Arrays;

/**
 * Which of two models, A and B, did better on the very same events.
 *
 * <p>McNemar's test looks at the events on which they differ: if neither is better, A wins each with probability 1/2.
 * The interval of the mean difference is a bootstrap over consecutive blocks of events, so that neighbours that depend
 * on each other stay together.
 *
 * <p>Sources: McNemar, Psychometrika 12, 1947; Künsch, Annals of Statistics 17, 1989 (blocks). Not thread-safe.
 */
public final class PairedComparison {

    private static final int MOST_BLOCKS = 400;
    private static final int RESAMPLES = 2000;

    /** Up to this many differing events the binomial is summed up; above it is as good as normal. */
    private static final long EXACT = 1000;

    private final byte[] window;
    private final Batches blocks = new Batches(MOST_BLOCKS, 1);
    private int next;
    private long count;
    private long wins;
    private long losses;
    private long recentWins;
    private long recentLosses;
    private double sum;

    /** @param window events of the sliding test; 1 to 100,000,000 */
    public PairedComparison(int window) {
        InvalidSetting.require(
                window >= 1 && window <= 100_000_000, "evaluation.paired-window", window, "1 to 100000000");
        this.window = new byte[window];
    }

    /** What each model made of one event: 1 and 0 for hit and miss, or any metric where more is better. */
    public void observe(double a, double b) {
        int outcome = Double.compare(a, b);
        count++;
        sum += a - b;
        wins += outcome > 0 ? 1 : 0;
        losses += outcome < 0 ? 1 : 0;
        slide(outcome > 0 ? 1 : outcome < 0 ? -1 : 0);
        blocks.add(a - b);
    }

    private void slide(int outcome) {
        byte old = window[next];
        recentWins += (outcome > 0 ? 1 : 0) - (old > 0 ? 1 : 0);
        recentLosses += (outcome < 0 ? 1 : 0) - (old < 0 ? 1 : 0);
        window[next] = (byte) outcome;
        next = next + 1 == window.length ? 0 : next + 1;
    }

    public long count() {
        return count;
    }

    /** Events on which A did better. */
    public long wins() {
        return wins;
    }

    /** Events on which B did better. */
    public long losses() {
        return losses;
    }

    /** McNemar's two-sided p over all events; 1 when they never differed. */
    public double p() {
        return mcNemar(wins, losses);
    }

    /** McNemar's two-sided p over the sliding window. */
    public double recentP() {
        return mcNemar(recentWins, recentLosses);
    }

    static double mcNemar(long wins, long losses) {
        long n = wins + losses;
        long fewer = Math.min(wins, losses);
        if (n == 0) {
            return 1;
        }
        if (n > EXACT) {
            return Normal.twoSided(Math.max(0, n - 2 * fewer - 1) / Math.sqrt((double) n));
        }
        double term = StrictMath.pow(0.5, (double) n);
        double tail = term;
        for (long k = 1; k <= fewer; k++) {
            term *= (double) (n - k + 1) / k;
            tail += term;
        }
        return Math.min(1, 2 * tail);
    }

    /** Mean of A - B with its 95 % interval; equal seeds give equal intervals. */
    public Estimate difference(long seed) {
        int n = blocks.full();
        double mean = sum / count;
        if (n < 20) {
            return new Estimate(mean, Double.NaN, Double.NaN);
        }
        CounterRandom random = new CounterRandom().reset(seed, count, 1);
        double[] means = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            double total = 0;
            for (int b = 0; b < n; b++) {
                total += blocks.sum(random.nextInt(n), 0);
            }
            means[r] = total / ((double) n * blocks.size());
        }
        Arrays.sort(means);
        return new Estimate(mean, means[RESAMPLES / 40], means[RESAMPLES - 1 - RESAMPLES / 40]);
    }
}
