package io.millrace.learning;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Arithmetic} by the Vector API. With 512-bit registers a row's sixteen partial sums are one register; with 256
 * bits they are two, with 128 four, and the pairwise additions begin between registers instead of inside one. Every
 * width adds the same numbers in the same order.
 */
final class VectorArithmetic extends Arithmetic {

    private static final VectorSpecies<Float> SPECIES = species();
    private static final int WIDTH = SPECIES.length();

    private static final VectorSpecies<Double> DOUBLES = SPECIES.withLanes(double.class);
    private static final DoubleVector ONE = DoubleVector.broadcast(DOUBLES, 1);

    private static final VectorShuffle<Float> BY_8 = rotation(8);
    private static final VectorShuffle<Float> BY_4 = rotation(4);
    private static final VectorShuffle<Float> BY_2 = rotation(2);
    private static final VectorShuffle<Float> BY_1 = rotation(1);

    private static VectorSpecies<Float> species() {
        VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
        if (preferred.length() > LANES) {
            return FloatVector.SPECIES_512;
        }
        return preferred.length() < 4 ? FloatVector.SPECIES_128 : preferred;
    }

    /** Rows whose partial sums are stored before any of them is added up. */
    private static final int BLOCK = 16;

    /** Room for the partial sums of a block; one per thread, because this object is everyone's. */
    private static final ThreadLocal<float[]> SUMS = ThreadLocal.withInitial(() -> new float[BLOCK * LANES]);

    private static VectorShuffle<Float> rotation(int by) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane + by) & (WIDTH - 1));
    }

    @Override
    public String name() {
        return "vector, " + SPECIES.vectorBitSize() + " bit";
    }

    @Override
    public float dot(float[] a, int i, float[] b, int j, int d) {
        return pairwise(partial(a, i, b, j, d));
    }

    /** The partial sums of a dot product, folded to one register. */
    private static FloatVector partial(float[] a, int i, float[] b, int j, int d) {
        if (WIDTH == LANES) {
            FloatVector sum = products(a, i, b, j);
            for (int c = LANES; c < d; c += LANES) {
                sum = sum.add(products(a, i + c, b, j + c));
            }
            return sum;
        }
        return WIDTH == 8 ? partial256(a, i, b, j, d) : partial128(a, i, b, j, d);
    }

    private static FloatVector partial256(float[] a, int i, float[] b, int j, int d) {
        FloatVector low = products(a, i, b, j);
        FloatVector high = products(a, i + 8, b, j + 8);
        for (int c = LANES; c < d; c += LANES) {
            low = low.add(products(a, i + c, b, j + c));
            high = high.add(products(a, i + c + 8, b, j + c + 8));
        }
        return low.add(high);
    }

    private static FloatVector partial128(float[] a, int i, float[] b, int j, int d) {
        FloatVector s0 = products(a, i, b, j);
        FloatVector s4 = products(a, i + 4, b, j + 4);
        FloatVector s8 = products(a, i + 8, b, j + 8);
        FloatVector s12 = products(a, i + 12, b, j + 12);
        for (int c = LANES; c < d; c += LANES) {
            s0 = s0.add(products(a, i + c, b, j + c));
            s4 = s4.add(products(a, i + c + 4, b, j + c + 4));
            s8 = s8.add(products(a, i + c + 8, b, j + c + 8));
            s12 = s12.add(products(a, i + c + 12, b, j + c + 12));
        }
        return s0.add(s8).add(s4.add(s12));
    }

    private static FloatVector products(float[] a, int i, float[] b, int j) {
        return FloatVector.fromArray(SPECIES, a, i).mul(FloatVector.fromArray(SPECIES, b, j));
    }

    /** The lanes of one register, added pairwise: lane l with l + width / 2, and so on down to one. */
    private static float pairwise(FloatVector lanes) {
        FloatVector v = lanes;
        if (WIDTH >= 16) {
            v = v.add(v.rearrange(BY_8));
        }
        if (WIDTH >= 8) {
            v = v.add(v.rearrange(BY_4));
        }
        v = v.add(v.rearrange(BY_2));
        v = v.add(v.rearrange(BY_1));
        return v.lane(0);
    }

    @Override
    public float dots(float[] x, int i, float[] rows, int[] at, int n, int d, float[] out) {
        if (WIDTH == LANES && d == 64) {
            return dots64(x, i, rows, at, n, out);
        }
        float[] sums = SUMS.get();
        for (int k = 0; k < n; k += BLOCK) {
            int rowsHere = Math.min(BLOCK, n - k);
            store(x, i, rows, at, k, rowsHere, d, sums);
            addUp(sums, rowsHere, out, k);
        }
        return dot(x, i, x, i, d);
    }

    /** For the few rows of a step: x stays in registers, and the additions of one row overlap the products of the next. */
    private static float dots64(float[] x, int i, float[] rows, int[] at, int n, float[] out) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + 16);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, i + 32);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, i + 48);
        for (int k = 0; k < n; k++) {
            out[k] = pairwise(sum64(x0, x1, x2, x3, rows, at[k]));
        }
        return pairwise(squares(x0, x1, x2, x3));
    }

    private static FloatVector squares(FloatVector x0, FloatVector x1, FloatVector x2, FloatVector x3) {
        return x0.mul(x0).add(x1.mul(x1)).add(x2.mul(x2)).add(x3.mul(x3));
    }

    /**
     * A block of rows at a time: first the partial sums of all its rows, then their additions. Taken row by row, the chain
     * of additions inside one register, each waiting for a shuffle, costs more than the products.
     */
    @Override
    public void dotAll(float[] x, int i, float[] rows, int from, int stride, int n, int d, float[] out, int outFrom) {
        float[] sums = SUMS.get();
        for (int k = 0; k < n; k += BLOCK) {
            int rowsHere = Math.min(BLOCK, n - k);
            store(x, i, rows, from + k * stride, stride, rowsHere, d, sums);
            addUp(sums, rowsHere, out, outFrom + k);
        }
    }

    /** For the commonest dimensions the user's vector stays in registers over all rows. */
    private static void store(float[] x, int i, float[] rows, int[] at, int from, int n, int d, float[] sums) {
        if (WIDTH == LANES && d == 32) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
            FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + 16);
            for (int k = 0; k < n; k++) {
                sum32(x0, x1, rows, at[from + k]).intoArray(sums, k * LANES);
            }
        } else {
            for (int k = 0; k < n; k++) {
                store(x, i, rows, at[from + k], d, sums, k * LANES);
            }
        }
    }

    private static void store(float[] x, int i, float[] rows, int from, int stride, int n, int d, float[] sums) {
        if (WIDTH == LANES && d == 32) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
            FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + 16);
            for (int k = 0; k < n; k++) {
                sum32(x0, x1, rows, from + k * stride).intoArray(sums, k * LANES);
            }
        } else if (WIDTH == LANES && d == 64) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
            FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + 16);
            FloatVector x2 = FloatVector.fromArray(SPECIES, x, i + 32);
            FloatVector x3 = FloatVector.fromArray(SPECIES, x, i + 48);
            for (int k = 0; k < n; k++) {
                sum64(x0, x1, x2, x3, rows, from + k * stride).intoArray(sums, k * LANES);
            }
        } else {
            for (int k = 0; k < n; k++) {
                store(x, i, rows, from + k * stride, d, sums, k * LANES);
            }
        }
    }

    private static FloatVector sum32(FloatVector x0, FloatVector x1, float[] rows, int j) {
        return x0.mul(FloatVector.fromArray(SPECIES, rows, j))
                .add(x1.mul(FloatVector.fromArray(SPECIES, rows, j + 16)));
    }

    private static FloatVector sum64(
            FloatVector x0, FloatVector x1, FloatVector x2, FloatVector x3, float[] rows, int j) {
        return x0.mul(FloatVector.fromArray(SPECIES, rows, j))
                .add(x1.mul(FloatVector.fromArray(SPECIES, rows, j + 16)))
                .add(x2.mul(FloatVector.fromArray(SPECIES, rows, j + 32)))
                .add(x3.mul(FloatVector.fromArray(SPECIES, rows, j + 48)));
    }

    /** The sixteen partial sums of one row, each to its lane. */
    private static void store(float[] x, int i, float[] rows, int j, int d, float[] sums, int to) {
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            FloatVector sum = products(x, i + lane, rows, j + lane);
            for (int c = lane + LANES; c < d; c += LANES) {
                sum = sum.add(products(x, i + c, rows, j + c));
            }
            sum.intoArray(sums, to + lane);
        }
    }

    /** The defined order of the last additions, see {@link Arithmetic}. */
    private static void addUp(float[] s, int n, float[] out, int to) {
        for (int k = 0; k < n; k++) {
            int l = k * LANES;
            out[to + k] =
                    (((s[l] + s[l + 8]) + (s[l + 4] + s[l + 12])) + ((s[l + 2] + s[l + 10]) + (s[l + 6] + s[l + 14])))
                            + (((s[l + 1] + s[l + 9]) + (s[l + 5] + s[l + 13]))
                                    + ((s[l + 3] + s[l + 11]) + (s[l + 7] + s[l + 15])));
        }
    }

    /** Column by column: a column's gradient stays in a register over all rows, and the rows are in cache from the dots. */
    @Override
    public float update(
            float[] x, int i, float[] rows, int[] at, float[] a, float[] c, float keep, int n, int d, float[] g) {
        if (WIDTH == LANES && d == 64 && keep == 1) {
            return update64(x, i, rows, at, a, c, n, g);
        }
        for (int f = 0; f < d; f += WIDTH) {
            FloatVector xf = FloatVector.fromArray(SPECIES, x, i + f);
            FloatVector gf = FloatVector.zero(SPECIES);
            for (int k = 0; k < n; k++) {
                FloatVector row = FloatVector.fromArray(SPECIES, rows, at[k] + f);
                gf = gf.add(row.mul(a[k]));
                row.mul(keep).add(xf.mul(c[k])).intoArray(rows, at[k] + f);
            }
            gf.intoArray(g, f);
        }
        return dot(g, 0, g, 0, d);
    }

    private static float update64(float[] x, int i, float[] rows, int[] at, float[] a, float[] c, int n, float[] g) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + 16);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, i + 32);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, i + 48);
        FloatVector g0 = FloatVector.zero(SPECIES);
        FloatVector g1 = g0;
        FloatVector g2 = g0;
        FloatVector g3 = g0;
        for (int k = 0; k < n; k++) {
            int j = at[k];
            FloatVector pull = FloatVector.broadcast(SPECIES, a[k]);
            FloatVector move = FloatVector.broadcast(SPECIES, c[k]);
            FloatVector y0 = FloatVector.fromArray(SPECIES, rows, j);
            FloatVector y1 = FloatVector.fromArray(SPECIES, rows, j + 16);
            FloatVector y2 = FloatVector.fromArray(SPECIES, rows, j + 32);
            FloatVector y3 = FloatVector.fromArray(SPECIES, rows, j + 48);
            g0 = g0.add(y0.mul(pull));
            g1 = g1.add(y1.mul(pull));
            g2 = g2.add(y2.mul(pull));
            g3 = g3.add(y3.mul(pull));
            y0.add(x0.mul(move)).intoArray(rows, j);
            y1.add(x1.mul(move)).intoArray(rows, j + 16);
            y2.add(x2.mul(move)).intoArray(rows, j + 32);
            y3.add(x3.mul(move)).intoArray(rows, j + 48);
        }
        g0.intoArray(g, 0);
        g1.intoArray(g, 16);
        g2.intoArray(g, 32);
        g3.intoArray(g, 48);
        return pairwise(squares(g0, g1, g2, g3));
    }

    @Override
    public void sigmoids(double[] x, int n) {
        for (int k = 0; k < n; k += DOUBLES.length()) {
            DoubleVector v = DoubleVector.fromArray(DOUBLES, x, k).neg();
            v = v.min(Exp.LIMIT).max(-Exp.LIMIT);
            DoubleVector rounded = v.mul(Exp.LOG2_E).add(Exp.ROUND);
            DoubleVector whole = rounded.sub(Exp.ROUND);
            DoubleVector r = v.sub(whole.mul(Exp.LN2_HIGH)).sub(whole.mul(Exp.LN2_LOW));
            DoubleVector p = r.mul(1.0 / 40320).add(1.0 / 5040);
            p = r.mul(p).add(1.0 / 720);
            p = r.mul(p).add(1.0 / 120);
            p = r.mul(p).add(1.0 / 24);
            p = r.mul(p).add(1.0 / 6);
            p = r.mul(p).add(1.0 / 2);
            p = r.mul(p).add(1);
            p = r.mul(p).add(1);
            ONE.div(p.mul(powerOfTwo(rounded)).add(1)).intoArray(x, k);
        }
    }

    /** 2^n of a whole number n that was rounded by adding {@link Exp#ROUND}: its low bits are those of the sum. */
    private static DoubleVector powerOfTwo(DoubleVector rounded) {
        return rounded.reinterpretAsLongs()
                .add(1023)
                .lanewise(VectorOperators.LSHL, 52)
                .reinterpretAsDoubles();
    }

    @Override
    public void addScaled(float c, float[] x, int i, float keep, float[] y, int j, int d) {
        for (int f = 0; f < d; f += WIDTH) {
            FloatVector yf = FloatVector.fromArray(SPECIES, y, j + f);
            yf.mul(keep).add(FloatVector.fromArray(SPECIES, x, i + f).mul(c)).intoArray(y, j + f);
        }
    }
}
