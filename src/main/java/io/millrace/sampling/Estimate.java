package io.millrace.sampling;

/**
 * A mean from draws, with its standard error (Welford's recurrence) and the effective number of draws. With weights the
 * mean is self-normalised:
 *
 * <pre>
 *   mean = Σ w h / Σ w,   ESS = (Σ w)² / Σ w²,   error² = Σ w² (h - mean)² / (Σ w)²
 * </pre>
 *
 * <p>whose bias is of order 1 / n and none where all weights are equal.
 *
 * <p>Source: Welford, Technometrics 1962; Kong, 1992, for the effective sample size.
 */
public final class Estimate {

    private long count;
    private double weights;
    private double squaredWeights;
    private double mean;
    private double spread;

    /** Sums of w² h and w² h², for the error of a weighted mean. */
    private double squaredWeightsTimesValues;

    private double squaredWeightsTimesSquares;

    public void clear() {
        count = 0;
        weights = 0;
        squaredWeights = 0;
        mean = 0;
        spread = 0;
        squaredWeightsTimesValues = 0;
        squaredWeightsTimesSquares = 0;
    }

    public void add(double value) {
        add(value, 1);
    }

    /** @param weight finite and at least 0 */
    public void add(double value, double weight) {
        count++;
        if (weight == 0) {
            return;
        }
        weights += weight;
        squaredWeights += weight * weight;
        squaredWeightsTimesValues += weight * weight * value;
        squaredWeightsTimesSquares += weight * weight * value * value;
        double off = value - mean;
        mean += off * weight / weights;
        spread += weight * off * (value - mean);
    }

    public long count() {
        return count;
    }

    /** NaN without draws of positive weight. */
    public double mean() {
        return weights > 0 ? mean : Double.NaN;
    }

    /** Infinite below two draws. */
    public double standardError() {
        if (count < 2 || !(weights > 0)) {
            return Double.POSITIVE_INFINITY;
        }
        boolean plain = squaredWeights == weights && weights == count;
        if (plain) {
            return Math.sqrt(spread / (count - 1.0) / count);
        }
        double sum = squaredWeightsTimesSquares - 2 * mean * squaredWeightsTimesValues + mean * mean * squaredWeights;
        return Math.sqrt(Math.max(0, sum)) / weights;
    }

    /** Draws of equal weight that would be worth as much; 0 without any. */
    public double effectiveCount() {
        return squaredWeights > 0 ? weights * weights / squaredWeights : 0;
    }

    /** Half the width of the interval that covers the truth with probability 0.95. */
    public double margin95() {
        return 1.959963984540054 * standardError();
    }
}
