package io.millrace.sampling;

/**
 * Sums and means over the catalog from draws of a sampler whose q is known, for one context.
 *
 * <p>Source: Bengio and Senécal, "Quick Training of Probabilistic Neural Nets by Importance Sampling", AISTATS 2003, and
 * "Adaptive Importance Sampling to Accelerate Training of a Neural Probabilistic Language Model", IEEE TNN 2008.
 */
public final class Estimators {

    /** A number for every item. */
    public interface Value {
        double of(int slot);
    }

    private Estimators() {}

    /**
     * Monte Carlo: Σ_j h(j) over the eligible items as the mean of h(j) / q(j). Unbiased where the sampler reaches every
     * item. With a target error it is looked at when the number of draws has doubled and not in between, so that
     * stopping favours no result.
     *
     * @param least draws made at least; 8 or more
     * @param most draws made at most
     * @param relativeError stops when the standard error is this part of the mean; 0 never stops before {@code most}
     */
    public static Estimate sum(Draw draw, Sampler sampler, Value h, int least, int most, double relativeError) {
        var estimate = new Estimate();
        int checkAt = least;
        for (int n = 1; n <= most; n++) {
            int slot = sampler.draw(draw);
            if (slot == Sampler.NO_ELIGIBLE_ITEM) {
                return estimate;
            }
            if (slot >= 0) {
                estimate.add(h.of(slot) / q(draw, sampler, slot));
            }
            if (n == checkAt) {
                checkAt *= 2;
                if (estimate.standardError() <= relativeError * Math.abs(estimate.mean())) {
                    return estimate;
                }
            }
        }
        return estimate;
    }

    private static double q(Draw draw, Sampler sampler, int slot) {
        double q = sampler.probability(draw, slot);
        if (!(q > 0)) {
            throw new IllegalStateException(sampler.name() + " drew slot " + slot + " of probability " + q);
        }
        return q;
    }

    /** The rank of an item, 1 is the highest score, from even draws: 1 + N times the share that scores above it. */
    public static Estimate rank(Draw draw, Sampler uniform, int item, int draws) {
        float score = draw.scorer().score(item);
        int n = draw.catalog().size();
        var estimate = new Estimate();
        for (int k = 0; k < draws; k++) {
            int slot = uniform.draw(draw);
            if (slot >= 0) {
                estimate.add(1 + (draw.scorer().score(slot) > score ? n : 0));
            }
        }
        return estimate;
    }

    /**
     * Importance sampling: the mean of h under a law p that sums to 1, as the mean of h(j) p(j) / q(j). Unbiased where q
     * is positive wherever p is.
     */
    public static Estimate importance(Draw draw, Sampler sampler, Value p, Value h, int draws) {
        return sum(draw, sampler, slot -> p.of(slot) * h.of(slot), draws, draws, 0);
    }

    /**
     * Self-normalised importance sampling: the mean of h under a law that is known up to a factor, by its logarithm. Draws
     * come in blocks until their effective number is enough.
     *
     * @param logWeight ln p̃(j), up to a constant; values that are not finite are left out
     * @param block draws between looks, at least 1
     * @param leastEffective effective draws that are enough
     * @param most draws made at most; when they are reached the effective number may be lower, as the result says
     */
    public static Estimate selfNormalised(
            Draw draw, Sampler sampler, Value logWeight, Value h, int block, double leastEffective, int most) {
        double[] logs = new double[most];
        double[] values = new double[most];
        int size = 0;
        var estimate = new Estimate();
        for (int made = 0; made < most; ) {
            int until = Math.min(most, made + block);
            for (; made < until; made++) {
                int slot = sampler.draw(draw);
                double log = slot < 0 ? Double.NaN : logWeight.of(slot) - StrictMath.log(q(draw, sampler, slot));
                if (log < Double.POSITIVE_INFINITY && log > Double.NEGATIVE_INFINITY) {
                    values[size] = h.of(slot);
                    logs[size++] = log;
                }
            }
            weigh(logs, values, size, estimate);
            if (estimate.effectiveCount() >= leastEffective) {
                return estimate;
            }
        }
        return estimate;
    }

    /** The highest weight becomes 1, so that none overflows. */
    private static void weigh(double[] logs, double[] values, int size, Estimate into) {
        double highest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < size; k++) {
            highest = Math.max(highest, logs[k]);
        }
        into.clear();
        for (int k = 0; k < size; k++) {
            into.add(values[k], StrictMath.exp(logs[k] - highest));
        }
    }
}
