package io.millrace.ranking;

import io.millrace.event.VectorCode;

/**
 * The loops over one number per slot that a ranking is made of. Lengths are multiples of 16, so no loop has a tail; every
 * element is computed by itself, without fused multiply-add, so scalar and vector code give the same bits.
 */
public abstract class Sweep {

    Sweep() {}

    /** Lengths are multiples of this. */
    public static final int STEP = 16;

    /** A class of its own, so that subclasses can be initialised by one thread while another asks for the best. */
    private static final class Best {
        static final Sweep OF_ALL = VectorCode.orElse(Sweep.class, "io.millrace.ranking.VectorSweep", ScalarSweep::new);
    }

    /** Vector code where the JVM was started with its incubator module, else scalar code; the results are the same. */
    public static Sweep get() {
        return Best.OF_ALL;
    }

    static int padded(int n) {
        return (n + STEP - 1) / STEP * STEP;
    }

    /** v[j] = ln(scale × max(0, x[j]) + floor) and sum[j] += weight × v[j]. */
    abstract void log(float[] x, float scale, float floor, float[] v, float weight, float[] sum, int n);

    /** out[j] = e^(x[j] - shift), where no x is above shift. */
    abstract void exp(float[] x, float shift, float[] out, int n);

    /** y[j] = (y[j] + c x[j]) × column[j]. */
    abstract void addAndScale(float c, float[] x, float[] column, float[] y, int n);

    abstract float max(float[] x, int n);

    /** How many elements are above {@code reached}, times 2^32, and how many are equal to it. */
    public abstract long aboveAndEqual(float[] x, float reached, int n);

    /** x[j] = max(0, x[j]) and sum[j] += weight × x[j]. */
    abstract void rectify(float[] x, float weight, float[] sum, int n);

    /** out[j] = y[j] where x[j] is above 0, else 0. */
    abstract void gate(float[] x, float[] y, float[] out, int n);
}
