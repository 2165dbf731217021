package io.millrace.ranking;

/**
 * The loops over one number per slot that a ranking is made of. Lengths are multiples of 16, so no loop has a tail; every
 * element is computed by itself, without fused multiply-add, so scalar and vector code give the same bits.
 */
public abstract class Sweep {

    Sweep() {}

    /** Lengths are multiples of this. */
    public static final int STEP = 16;

    private static final Sweep BEST = best();

    /** Vector code where the JVM was started with its incubator module, else scalar code; the results are the same. */
    public static Sweep get() {
        return BEST;
    }

    private static Sweep best() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return new ScalarSweep();
        }
        try {
            return Class.forName("io.millrace.ranking.VectorSweep")
                    .asSubclass(Sweep.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the vector sweep is not in this build", e);
        }
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
