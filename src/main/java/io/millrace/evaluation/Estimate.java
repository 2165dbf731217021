package io.millrace.evaluation;

/**
 * A number with its 95 % confidence interval.
 *
 * @param low lower end; NaN when there are too few observations for an interval
 */
public record Estimate(double value, double low, double high) {

    static Estimate around(double value, double halfWidth) {
        return new Estimate(value, value - halfWidth, value + halfWidth);
    }

    /** True when the interval is known and holds {@code truth}. */
    public boolean covers(double truth) {
        return low <= truth && truth <= high;
    }
}
