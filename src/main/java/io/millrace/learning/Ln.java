package io.millrace.learning;

/**
 * The natural logarithm, the same bits on every machine and several times faster than {@link StrictMath}: x = 2^e m with
 * m in [√½, √2), and
 *
 * <pre>
 *   ln x = e ln 2 + 2 atanh(s)      s = (m - 1) / (m + 1),  atanh(s) = s + s³/3 + s⁵/5 + ... + s²¹/21
 * </pre>
 *
 * <p>|s| is at most 0.172, where the first term left out is below 1e-18. Relative error below 1e-14.
 */
public final class Ln {

    private static final int TERMS = 21;
    private static final long SQRT_HALF_BITS = Double.doubleToRawLongBits(0.7071067811865476);
    private static final double LN_2 = 0.6931471805599453;

    private Ln() {}

    /** ln x for positive normal numbers; as {@link StrictMath#log} for all others. */
    public static double ln(double x) {
        if (!(x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE)) {
            return StrictMath.log(x);
        }
        long bits = Double.doubleToRawLongBits(x);
        long e = (bits - SQRT_HALF_BITS) >> 52;
        double m = Double.longBitsToDouble(bits - (e << 52));
        double s = (m - 1) / (m + 1);
        double z = s * s;
        double p = 1.0 / TERMS;
        p = p * z + 1.0 / 19;
        p = p * z + 1.0 / 17;
        p = p * z + 1.0 / 15;
        p = p * z + 1.0 / 13;
        p = p * z + 1.0 / 11;
        p = p * z + 1.0 / 9;
        p = p * z + 1.0 / 7;
        p = p * z + 1.0 / 5;
        p = p * z + 1.0 / 3;
        return e * LN_2 + 2 * (s + s * z * p);
    }
}
