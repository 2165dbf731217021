package io.millrace.learning;

/**
 * Weights of a user's last clicks in the score, newest first: ρ^(k-1), scaled by 1 / sqrt of the sum of those that are
 * used, so that a vector of many clicks is about as long as one of few.
 */
public final class RecencyWeights {

    private final float[] powers;

    /**
     * @param items clicks that count, L
     * @param decay ρ
     */
    public RecencyWeights(int items, float decay) {
        powers = new float[items];
        float power = 1;
        for (int k = 0; k < items; k++) {
            powers[k] = power;
            power *= decay;
        }
    }

    /** Clicks that count at most. */
    public int items() {
        return powers.length;
    }

    /** The weight of the k-th newest click, before scaling. */
    public float of(int k) {
        return powers[k];
    }

    /** What weights are multiplied by, given the sum of those used. */
    public static float scale(float sum) {
        return sum > 0 ? 1 / (float) Math.sqrt(sum) : 0;
    }
}
