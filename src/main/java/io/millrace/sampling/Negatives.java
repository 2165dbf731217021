package io.millrace.sampling;

import java.util.Arrays;

/** The caller's buffer that draws go to. Reused; slots and q are parallel arrays. */
public final class Negatives {

    private int[] slots = new int[16];
    private double[] q = new double[16];
    private float[] weights = new float[16];
    private String[] samplers = new String[16];
    private int size;

    public void clear() {
        size = 0;
    }

    /**
     * Adds a negative.
     *
     * @param probability of this item in one draw, in (0, 1], or NaN when unknown
     * @param weight of its part of the loss; at least 0
     * @param sampler config name of the leaf that drew it
     */
    public void add(int slot, double probability, float weight, String sampler) {
        if (size == slots.length) {
            int larger = size * 2;
            slots = Arrays.copyOf(slots, larger);
            q = Arrays.copyOf(q, larger);
            weights = Arrays.copyOf(weights, larger);
            samplers = Arrays.copyOf(samplers, larger);
        }
        slots[size] = slot;
        q[size] = probability;
        weights[size] = weight;
        samplers[size++] = sampler;
    }

    public int size() {
        return size;
    }

    public int slot(int k) {
        return slots[k];
    }

    /** Probability of the k-th in one draw; NaN when unknown. */
    public double q(int k) {
        return q[k];
    }

    public float weight(int k) {
        return weights[k];
    }

    public String sampler(int k) {
        return samplers[k];
    }
}
