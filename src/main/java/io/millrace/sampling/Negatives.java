package io.millrace.sampling;

import java.util.Arrays;

/**
 * The caller's buffer that draws go to. Reused; slots and q are parallel arrays.
 *
 * <p>A negative is an item, or a <em>mixture</em>: a sum of terms (row, coefficient) whose vector and bias are the sums of
 * those of the rows. The score is linear in them, so a mixture's score is the same sum of scores, and its gradient goes
 * to each row with the coefficient as factor.
 */
public final class Negatives {

    private int[] slots = new int[16];
    private double[] q = new double[16];
    private float[] weights = new float[16];
    private String[] samplers = new String[16];
    private int[] termEnds = new int[16];
    private int size;

    private long[] termRows = new long[16];
    private float[] coefficients = new float[16];
    private boolean[] users = new boolean[16];
    private int terms;
    private double positiveQ = Double.NaN;

    public void clear() {
        size = 0;
        terms = 0;
        positiveQ = Double.NaN;
    }

    /**
     * Sets the probability of the positive in one draw, as if it were not excluded, on the scale of the negatives' q. NaN,
     * which it is after {@link #clear}, when unknown.
     */
    public void positiveQ(double probability) {
        positiveQ = probability;
    }

    public double positiveQ() {
        return positiveQ;
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
            termEnds = Arrays.copyOf(termEnds, larger);
        }
        slots[size] = slot;
        q[size] = probability;
        weights[size] = weight;
        termEnds[size] = terms;
        if (!sampler.equals(samplers[size])) {
            samplers[size] = sampler;
        }
        size++;
    }

    /** Adds to the last negative, which becomes a mixture, a term for an item's row. */
    public void addItemTerm(int slot, float coefficient) {
        addTerm(slot, coefficient, false);
    }

    /** Adds to the last negative, which becomes a mixture, a term for a user's own row. */
    public void addUserTerm(long user, float coefficient) {
        addTerm(user, coefficient, true);
    }

    private void addTerm(long row, float coefficient, boolean isUser) {
        if (terms == termRows.length) {
            termRows = Arrays.copyOf(termRows, terms * 2);
            coefficients = Arrays.copyOf(coefficients, terms * 2);
            users = Arrays.copyOf(users, terms * 2);
        }
        termRows[terms] = row;
        coefficients[terms] = coefficient;
        users[terms++] = isUser;
        termEnds[size - 1] = terms;
    }

    /** True when the k-th is a mixture; {@link #slot} is then the item it was made for. */
    public boolean isMixture(int k) {
        return firstTerm(k) < termEnds[k];
    }

    /** Terms of all mixtures together. */
    public int terms() {
        return terms;
    }

    /** The terms of the k-th negative are those from here to {@link #endTerm}. */
    public int firstTerm(int k) {
        return k == 0 ? 0 : termEnds[k - 1];
    }

    public int endTerm(int k) {
        return termEnds[k];
    }

    /** True when a term is for a user's own row, false for an item's. */
    public boolean termIsUser(int term) {
        return users[term];
    }

    /** The slot of a term's item, or the hash of its user. */
    public long termRow(int term) {
        return termRows[term];
    }

    public float coefficient(int term) {
        return coefficients[term];
    }

    /** Sets what was not known when the k-th was added. */
    void q(int k, double probability) {
        q[k] = probability;
    }

    /** Makes the k-th count for less, or more. */
    void scaleWeight(int k, float factor) {
        weights[k] *= factor;
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
