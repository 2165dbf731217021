package io.millrace.evaluation;

/** The tails of the normal distribution and its relatives, as far as intervals and tests need them. */
final class Normal {

    private static final double Z_975 = 1.959963984540054;

    private Normal() {}

    /** The 97.5 % point of Student's t, by two terms of its expansion in 1 / df; within 0.002 from 10 df on. */
    static double t975(int df) {
        double z = Z_975;
        double z3 = z * z * z;
        return z + (z3 + z) / (4 * df) + (5 * z3 * z * z + 16 * z3 + 3 * z) / (96.0 * df * df);
    }

    /**
     * P(|Z| ≥ z), z at least 0; absolute error below 3e-7.
     *
     * <p>Source: Abramowitz and Stegun, formula 7.1.26.
     */
    static double twoSided(double z) {
        double x = z / Math.sqrt(2);
        double t = 1 / (1 + 0.3275911 * x);
        double poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        return poly * StrictMath.exp(-x * x);
    }
}
