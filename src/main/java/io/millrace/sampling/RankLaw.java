package io.millrace.sampling;

/**
 * The two functions of the log-uniform law, from tables and short series instead of {@link StrictMath}, which takes longer
 * than a draw may. Both are right to a few units in the last place, the same bits on every machine:
 *
 * <pre>
 *   e^y                  e^(i/64) from a table, times the Taylor series of the rest, within 1/128, to degree 6
 *   ln((r + 2) / (r + 1))  2 artanh z with z = 1 / (2 r + 3): its series to degree 7, and what it lacks for r below 64
 *                        from a table, which is 0 from there on: no branch that half of all draws would take
 * </pre>
 */
final class RankLaw {

    private static final int STEPS = 64;

    /** ln 2^32, above the logarithm of any number of items. */
    private static final int MOST = 23;

    private static final int TABLED = 64;

    /**
     * Adding and taking off 1.5 × 2^52 rounds to a whole number, which then also stands in the low bits. A conversion from
     * a whole number would do, but the instruction for it waits for what its register held before.
     */
    private static final double ROUND = 0x1.8p52;

    /** 2^52, in whose low bits a whole number can be put. */
    private static final long WHOLE = Double.doubleToRawLongBits(0x1p52);

    private static final double[] EXP = new double[MOST * STEPS + 1];
    private static final double[] LACKING = new double[TABLED + 1];

    static {
        for (int k = 0; k < EXP.length; k++) {
            EXP[k] = StrictMath.exp((double) k / STEPS);
        }
        for (int rank = 0; rank < TABLED; rank++) {
            LACKING[rank] = StrictMath.log1p(1.0 / (rank + 1)) - series(rank + 1.0);
        }
    }

    private RankLaw() {}

    /** e^y for y in [0, 23]. */
    static double exp(double y) {
        double rounded = y * STEPS + ROUND;
        int k = (int) Double.doubleToRawLongBits(rounded);
        double f = y - (rounded - ROUND) * (1.0 / STEPS);
        double squared = f * f;
        double series = (1.0 / 6 + f * (1.0 / 24)) + squared * (1.0 / 120 + f * (1.0 / 720));
        return EXP[k] * (1 + (f + squared * (1.0 / 2 + f * series)));
    }

    /** ln((r + 2) / (r + 1)), the mass of a rank times ln(N + 1). */
    static double logRatio(int rank) {
        return logRatio(rank, Double.longBitsToDouble(WHOLE | rank) - 0x1p52 + 1);
    }

    /** The same, given r + 1 too. */
    static double logRatio(int rank, double next) {
        return series(next) + LACKING[Math.min(rank, TABLED)];
    }

    private static double series(double next) {
        double z = 1 / (next + 0.5);
        double x = 0.25 * z * z;
        return z * (1 + x * (1.0 / 3 + x * (1.0 / 5 + x * (1.0 / 7))));
    }
}
