package io.millrace.evaluation;

import io.millrace.event.InvalidSetting;
import org.jspecify.annotations.Nullable;

/**
 * What another policy would have earned, estimated from a log that tells with which probability each item was shown.
 * With reward r, the new policy's probability π, the logged π0, w = min(clip, π / π0), and a model r̂ of the reward,
 *
 * <pre>
 *   IPS    = mean(w r)                    unbiased where nothing is clipped
 *   SNIPS  = Σ w r / Σ w                  small bias, much less variance
 *   DR     = mean( Σ_a π(a) r̂(a) + w (r - r̂) )     unbiased if either π0 or r̂ is right
 *   ESS    = (Σ w)² / Σ w²                how many examples of the new policy the log is worth
 * </pre>
 *
 * <p>Intervals are by batch means. An estimate is refused, with the reason, where propensities are missing or the log is
 * worth too little.
 *
 * <p>Sources: Swaminathan and Joachims, NeurIPS 2015 (SNIPS); Dudík, Langford and Li, ICML 2011 (DR). Not thread-safe.
 */
public final class OffPolicy {

    private static final int MOST_BATCHES = 80;
    private static final int FEWEST_BATCHES = 20;
    private static final double LEAST_ESS = 100;
    private static final double LEAST_SHARE = 0.01;

    /** Columns of a batch. */
    private static final int W = 0;

    private static final int WR = 1;
    private static final int DR = 2;

    private final double clip;
    private final Batches batches = new Batches(MOST_BATCHES, 3);
    private long count;
    private long withoutPropensity;
    private long clipped;
    private double weights;
    private double squares;
    private double earned;
    private double robust;
    private double highest;

    /** @param clip the largest weight; above 0, infinite to clip nothing */
    public OffPolicy(double clip) {
        InvalidSetting.require(clip > 0, "evaluation.clip", clip, "above 0");
        this.clip = clip;
    }

    /**
     * @param policy probability that the new policy shows the logged item; 0 to 1
     * @param logged propensity of the log; in (0, 1], NaN when it was not logged
     * @param reward what the item earned
     * @param modelled r̂ of the logged item; 0 without a model
     * @param expected Σ π r̂ over all items; 0 without a model
     */
    public void observe(double policy, double logged, double reward, double modelled, double expected) {
        if (!(logged > 0 && logged <= 1)) {
            withoutPropensity++;
            return;
        }
        double ratio = policy / logged;
        double w = Math.min(clip, ratio);
        clipped += ratio > clip ? 1 : 0;
        count++;
        weights += w;
        squares += w * w;
        earned += w * reward;
        double both = expected + w * (reward - modelled);
        robust += both;
        highest = Math.max(highest, w);
        batches.add(w, w * reward, both);
    }

    /** Why no estimate should be shown; null when they may be. */
    public @Nullable String refusal() {
        if (withoutPropensity > 0) {
            return withoutPropensity + " of " + (count + withoutPropensity) + " examples have no logged propensity";
        }
        if (!(ess() >= LEAST_ESS)) {
            return "effective sample size " + Math.round(ess()) + ", expected at least " + (int) LEAST_ESS;
        }
        if (ess() < LEAST_SHARE * count) {
            return "effective sample size is below 1 % of " + count + " examples";
        }
        return null;
    }

    public long count() {
        return count;
    }

    /** Examples whose weight was clipped. */
    public long clipped() {
        return clipped;
    }

    public double highestWeight() {
        return highest;
    }

    public double ess() {
        return squares == 0 ? 0 : weights * weights / squares;
    }

    /** Near 1 when the propensities are right: the control. */
    public Estimate meanWeight() {
        return Estimate.around(weights / count, halfWidth(W, W, 0));
    }

    public Estimate ips() {
        return Estimate.around(earned / count, halfWidth(WR, W, 0));
    }

    /** The interval is that of the linearised ratio, Σ w (r - SNIPS) / Σ w. */
    public Estimate snips() {
        double ratio = earned / weights;
        return Estimate.around(ratio, halfWidth(WR, W, ratio) * count / weights);
    }

    public Estimate dr() {
        return Estimate.around(robust / count, halfWidth(DR, W, 0));
    }

    /** Half the 95 % interval of the mean of (value - factor × other). */
    private double halfWidth(int value, int other, double factor) {
        int n = batches.full();
        if (n < FEWEST_BATCHES) {
            return Double.NaN;
        }
        double sum = 0;
        double sumOfSquares = 0;
        for (int b = 0; b < n; b++) {
            double mean = (batches.sum(b, value) - factor * batches.sum(b, other)) / batches.size();
            sum += mean;
            sumOfSquares += mean * mean;
        }
        double variance = Math.max(0, sumOfSquares - sum * sum / n) / (n - 1);
        return Normal.t975(n - 1) * Math.sqrt(variance / n);
    }
}
