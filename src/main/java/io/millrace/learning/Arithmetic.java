package io.millrace.learning;

import io.millrace.event.VectorCode;

/**
 * The arithmetic of embeddings on rows inside large arrays. Rows are padded with zeros to a multiple of {@value #LANES}
 * floats, so no loop has a tail.
 *
 * <p><b>Sums are defined, not left to the hardware.</b> A dot product is {@value #LANES} partial sums, lane l taking
 * elements l, l + 16, l + 32, ..., then added pairwise: lane l with l + 8, then with l + 4, l + 2, l + 1; no fused
 * multiply-add anywhere. Scalar code and vector code of any width follow that order, so both give the same bits on every
 * machine. The order is also the faster one: it shortens the chain of dependent additions.
 */
public abstract class Arithmetic {

    /** Partial sums of a dot product, and the number rows are padded to a multiple of. */
    public static final int LANES = 16;

    /**
     * Where a table's first row starts: 48 bytes, which with the 16 of an array's header make a cache line. Where large arrays
     * start at a line, as they do with the G1 collector, rows of whole lines then share none and no vector load straddles two.
     */
    static final int FIRST = 12;

    /** Where a bias lies that there is not. */
    public static final int NONE = -1;

    /** More than a sum of squares of a hundred thousand numbers can lose by rounding. */
    private static final float ROUNDING = 1e-2f;

    /** A class of its own, so that subclasses can be initialised by one thread while another asks for the best. */
    private static final class Best {
        static final Arithmetic OF_ALL =
                VectorCode.orElse(Arithmetic.class, "io.millrace.learning.VectorArithmetic", ScalarArithmetic::new);
    }

    /** Vector code where the JVM was started with its incubator module, else scalar code; the results are the same. */
    public static Arithmetic get() {
        return Best.OF_ALL;
    }

    /** The same for one thread at a time, which need not look for that thread's scratch. */
    public static Arithmetic own() {
        return Best.OF_ALL.unshared();
    }

    abstract Arithmetic unshared();

    /** {@code n} rounded up to whole lanes. */
    public static int padded(int n) {
        return (n + LANES - 1) / LANES * LANES;
    }

    /** What this is, for the start-up line: {@code scalar} or {@code vector, 512 bit}. */
    public abstract String name();

    /** a[i..i+d) · b[j..j+d). */
    public abstract float dot(float[] a, int i, float[] b, int j, int d);

    /**
     * out[k] = x[i..i+d) · rows[at[k]..at[k]+d) + rows[at[k] + bias] for k in [0, n).
     *
     * @param bias {@link #NONE} to add nothing
     */
    public abstract void dots(float[] x, int i, float[] rows, int[] at, int bias, int n, int d, float[] out);

    /** out[outFrom + k] = x[i..i+d) · rows[from + k × stride ...) for k in [0, n). */
    public abstract void dotAll(
            float[] x, int i, float[] rows, int from, int stride, int n, int d, float[] out, int outFrom);

    /**
     * The pair update of n rows against one vector, from the values before it:
     *
     * <pre>
     *   g        = Σ_k a[k] row_k
     *   row_k    = keep row_k + c[k] x
     * </pre>
     */
    public abstract void update(
            float[] x, int i, float[] rows, int[] at, float[] a, float[] c, float keep, int n, int d, float[] g);

    /** y[j..j+d) = keep y + c x[i..i+d). */
    public abstract void addScaled(float c, float[] x, int i, float keep, float[] y, int j, int d);

    /** ‖x[i..i+d)‖. */
    public final float norm(float[] x, int i, int d) {
        return (float) Math.sqrt(dot(x, i, x, i, d));
    }

    /** Scales x[i..i+d) to norm {@code limit} when it is longer. */
    public final void project(float[] x, int i, int d, float limit) {
        if (isSeenWithin(x, i, d, limit)) {
            return;
        }
        float norm = norm(x, i, d);
        if (!(norm <= limit)) {
            addScaled(0f, x, i, limit / norm, x, i, d);
        }
    }

    /** True when {@link #norm} is sure to be at most {@code limit}; false when that is not seen at a glance. */
    abstract boolean isSeenWithin(float[] x, int i, int d, float limit);

    /**
     * What none of the {@code parts} sums that make up a vector's squares may be above, so that its norm is sure to be at most
     * {@code limit}.
     */
    static float squaresWithin(float limit, int parts) {
        return limit * limit * ((1 - ROUNDING) / parts);
    }
}
