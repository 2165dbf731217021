package io.millrace.learning;

/**
 * The logistic function σ(x) = 1 / (1 + e^-x) as the losses need it, the same bits on every machine. With x_0 the nearest
 * multiple of 1/64, r = x - x_0 and s = σ(x_0) from a table, the series to the second order is
 *
 * <pre>
 *   σ(x) ≈ s + r s (1 - s) (1 + r (1/2 - s))
 * </pre>
 *
 * <p>Its relative error is below 3e-7 of σ(x) and of 1 - σ(x) taken as σ(-x): two or three units of the last place of a
 * float. An exponential of full precision took a quarter of a whole step.
 */
final class Sigmoid {

    private static final int PER_UNIT = 64;
    private static final int LAST = (int) (Loss.CLIP * PER_UNIT);

    /**
     * Adding and taking off 1.5 × 2^23 rounds to a whole number, which then also stands in the low bits: the instruction
     * that converts one waits for what its register held before, and sigmoids that could overlap would stand in line.
     */
    private static final float ROUND = 0x1.8p23f;

    /** Bits of the sum for the first entry of the table. */
    private static final int FIRST = Float.floatToRawIntBits(ROUND) - LAST;

    /** Keeps what is no number within the table, whose length is a power of two for that. */
    private static final int MASK = Integer.highestOneBit(2 * LAST) * 2 - 1;

    private static final float[] TABLE = table();

    private Sigmoid() {}

    private static float[] table() {
        float[] table = new float[MASK + 1];
        for (int k = 0; k <= 2 * LAST; k++) {
            table[k] = (float) (1 / (1 + StrictMath.exp((double) (LAST - k) / PER_UNIT)));
        }
        return table;
    }

    /** σ of x clipped to ±{@link Loss#CLIP}; NaN for NaN. */
    static float of(float x) {
        float clipped = Loss.clip(x);
        float rounded = clipped * PER_UNIT + ROUND;
        float r = clipped - (rounded - ROUND) * (1f / PER_UNIT);
        float s = TABLE[Float.floatToRawIntBits(rounded) - FIRST & MASK];
        return s + r * (s * (1 - s)) * (1 + r * (0.5f - s));
    }
}
