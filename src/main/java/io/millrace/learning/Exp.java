package io.millrace.learning;

/**
 * The exponential and the logistic function, the same bits on every machine and about ten times faster than {@link
 * StrictMath}: reduction to |r| at most ln 2 / 2 and a polynomial of degree 8. Relative error below 1e-9.
 */
public final class Exp {

    private static final double LOG2_E = 1.4426950408889634;
    private static final double LN2_HIGH = 0x1.62e42feep-1;
    private static final double LN2_LOW = 0x1.a39ef35793c76p-33;

    /** Adding and taking off 1.5 × 2^52 rounds a double to the nearest whole number. */
    private static final double ROUND = 0x1.8p52;

    /** Beyond this an exponential is as good as zero or infinite. */
    private static final double LIMIT = 700;

    private Exp() {}

    /** e^x for x clipped to [-700, 700]; NaN for NaN. */
    public static double exp(double x) {
        double clipped = x > LIMIT ? LIMIT : x < -LIMIT ? -LIMIT : x;
        double n = clipped * LOG2_E + ROUND - ROUND;
        double r = clipped - n * LN2_HIGH - n * LN2_LOW;
        double p = 1.0 / 40320;
        p = 1.0 / 5040 + r * p;
        p = 1.0 / 720 + r * p;
        p = 1.0 / 120 + r * p;
        p = 1.0 / 24 + r * p;
        p = 1.0 / 6 + r * p;
        p = 1.0 / 2 + r * p;
        p = 1 + r * p;
        p = 1 + r * p;
        return p * Double.longBitsToDouble((long) (n + 1023) << 52);
    }

    /** 1 / (1 + e^-x). */
    public static double sigmoid(double x) {
        return 1 / (1 + exp(-x));
    }

    /** ln(1 + e^x), without overflow. */
    public static double softplus(double x) {
        return x > 0 ? x + StrictMath.log1p(exp(-x)) : StrictMath.log1p(exp(x));
    }
}
