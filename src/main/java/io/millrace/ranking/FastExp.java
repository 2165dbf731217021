package io.millrace.ranking;

/**
 * The exponential of a float of at most 0, the same bits on every machine: e^x = 2^n e^r with |r| at most ln 2 / 2 and a
 * polynomial of degree 6. Relative error below 1e-6 down to e^-86, below which x is clipped.
 */
final class FastExp {

    static final float LOWEST = -86f;
    static final float LOG2_E = 1.442695f;
    static final float LN2_HIGH = 0.693359375f;
    static final float LN2_LOW = -2.1219444e-4f;

    /** Adding 1.5 × 2^23 rounds to the nearest whole number and leaves it in the low bits. */
    static final float ROUND = 12582912f;

    static final int ROUND_BITS = 0x4B400000;

    static final float P2 = 0.5f;
    static final float P3 = 0.16666573f;
    static final float P4 = 0.041666456f;
    static final float P5 = 0.008363777f;
    static final float P6 = 0.0013934545f;

    private FastExp() {}

    static float exp(float x) {
        float clipped = x > LOWEST ? x : LOWEST;
        float rounded = clipped * LOG2_E + ROUND;
        float n = rounded - ROUND;
        float r = clipped - n * LN2_HIGH - n * LN2_LOW;
        float p = P6;
        p = p * r + P5;
        p = p * r + P4;
        p = p * r + P3;
        p = p * r + P2;
        float power = Float.intBitsToFloat((Float.floatToRawIntBits(rounded) - ROUND_BITS + 127) << 23);
        return (r * r * p + r + 1) * power;
    }
}
