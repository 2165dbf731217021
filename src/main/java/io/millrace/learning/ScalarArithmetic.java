package io.millrace.learning;

/** The defined order of {@link Arithmetic}, spelled out; runs on any JVM. */
final class ScalarArithmetic extends Arithmetic {

    @Override
    Arithmetic unshared() {
        return this;
    }

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public float dot(float[] a, int i, float[] b, int j, int d) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        float s8 = 0, s9 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0, s14 = 0, s15 = 0;
        for (int c = 0; c < d; c += LANES) {
            int p = i + c;
            int q = j + c;
            s0 += a[p] * b[q];
            s1 += a[p + 1] * b[q + 1];
            s2 += a[p + 2] * b[q + 2];
            s3 += a[p + 3] * b[q + 3];
            s4 += a[p + 4] * b[q + 4];
            s5 += a[p + 5] * b[q + 5];
            s6 += a[p + 6] * b[q + 6];
            s7 += a[p + 7] * b[q + 7];
            s8 += a[p + 8] * b[q + 8];
            s9 += a[p + 9] * b[q + 9];
            s10 += a[p + 10] * b[q + 10];
            s11 += a[p + 11] * b[q + 11];
            s12 += a[p + 12] * b[q + 12];
            s13 += a[p + 13] * b[q + 13];
            s14 += a[p + 14] * b[q + 14];
            s15 += a[p + 15] * b[q + 15];
        }
        return (((s0 + s8) + (s4 + s12)) + ((s2 + s10) + (s6 + s14)))
                + (((s1 + s9) + (s5 + s13)) + ((s3 + s11) + (s7 + s15)));
    }

    @Override
    public void dots(float[] x, int i, float[] rows, int[] at, int bias, int n, int d, float[] out) {
        for (int k = 0; k < n; k++) {
            out[k] = dot(x, i, rows, at[k], d) + (bias == NONE ? 0 : rows[at[k] + bias]);
        }
    }

    @Override
    public void dotAll(float[] x, int i, float[] rows, int from, int stride, int n, int d, float[] out, int outFrom) {
        for (int k = 0; k < n; k++) {
            out[outFrom + k] = dot(x, i, rows, from + k * stride, d);
        }
    }

    @Override
    public void update(
            float[] x, int i, float[] rows, int[] at, float[] a, float[] c, float keep, int n, int d, float[] g) {
        for (int f = 0; f < d; f++) {
            float xf = x[i + f];
            float gf = 0;
            for (int k = 0; k < n; k++) {
                float row = rows[at[k] + f];
                gf += a[k] * row;
                rows[at[k] + f] = row * keep + c[k] * xf;
            }
            g[f] = gf;
        }
    }

    /** The norm itself is as fast. */
    @Override
    boolean isSeenWithin(float[] x, int i, int d, float limit) {
        return false;
    }

    @Override
    public void addScaled(float c, float[] x, int i, float keep, float[] y, int j, int d) {
        for (int f = 0; f < d; f++) {
            y[j + f] = y[j + f] * keep + c * x[i + f];
        }
    }
}
