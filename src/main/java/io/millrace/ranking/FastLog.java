package io.millrace.ranking;

/**
 * The natural logarithm of a float, the same bits on every machine, many times faster than {@link StrictMath}: x = 2^e m
 * with m in [√½, √2), f = m - 1, and
 *
 * <pre>
 *   ln x = e ln 2 + f - f² / 2 + f³ P(f)      P of degree 8, fitted at Chebyshev nodes
 * </pre>
 *
 * <p>Relative error below 1e-6 for positive normal numbers; no promise for others.
 */
public final class FastLog {

    static final int SQRT_HALF_BITS = 0x3f3504f3;
    static final float LN_2 = 0.69314718f;
    static final float P0 = 0.33333331f;
    static final float P1 = -0.2499999f;
    static final float P2 = 0.20000708f;
    static final float P3 = -0.1666848f;
    static final float P4 = 0.14249937f;
    static final float P5 = -0.1241105f;
    static final float P6 = 0.11661511f;
    static final float P7 = -0.11571201f;
    static final float P8 = 0.07149754f;

    private FastLog() {}

    public static float log(float x) {
        int bits = Float.floatToRawIntBits(x);
        int e = (bits - SQRT_HALF_BITS) >> 23;
        float f = Float.intBitsToFloat(bits - (e << 23)) - 1;
        float p = P8;
        p = p * f + P7;
        p = p * f + P6;
        p = p * f + P5;
        p = p * f + P4;
        p = p * f + P3;
        p = p * f + P2;
        p = p * f + P1;
        p = p * f + P0;
        float square = f * f;
        return e * LN_2 + (square * f * p - square * 0.5f + f);
    }
}
