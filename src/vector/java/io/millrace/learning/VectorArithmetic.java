package io.millrace.learning;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
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

    /** Lanes trade places with those {@code by} apart. */
    private static final VectorShuffle<Float> SWAP_8 = swap(8);

    private static final VectorShuffle<Float> SWAP_4 = swap(4);
    private static final VectorShuffle<Float> SWAP_2 = swap(2);
    private static final VectorShuffle<Float> SWAP_1 = swap(1);

    /** Lanes whose number has a bit set. */
    private static final VectorMask<Float> BIT_8 = bit(8);

    private static final VectorMask<Float> BIT_4 = bit(4);
    private static final VectorMask<Float> BIT_2 = bit(2);
    private static final VectorMask<Float> BIT_1 = bit(1);

    private static VectorShuffle<Float> swap(int by) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ by) & (WIDTH - 1));
    }

    private static VectorMask<Float> bit(int bit) {
        boolean[] lanes = new boolean[WIDTH];
        for (int lane = 0; lane < WIDTH; lane++) {
            lanes[lane] = (lane & bit) != 0;
        }
        return VectorMask.fromArray(SPECIES, lanes, 0);
    }

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

    /** For the commonest dimension the user's vector stays in registers over all rows. */
    @Override
    public void dots(float[] x, int i, float[] rows, int[] at, int n, int d, float[] out) {
        if (WIDTH == LANES && d == 64) {
            dots64(x, i, rows, at, n, out);
            return;
        }
        for (int k = 0; k < n; k++) {
            out[k] = dot(x, i, rows, at[k], d);
        }
    }

    private static void dots64(float[] x, int i, float[] rows, int[] at, int n, float[] out) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + 16);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, i + 32);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, i + 48);
        for (int k = 0; k < n; k++) {
            int j = at[k];
            FloatVector sum = x0.mul(FloatVector.fromArray(SPECIES, rows, j));
            sum = sum.add(x1.mul(FloatVector.fromArray(SPECIES, rows, j + 16)));
            sum = sum.add(x2.mul(FloatVector.fromArray(SPECIES, rows, j + 32)));
            sum = sum.add(x3.mul(FloatVector.fromArray(SPECIES, rows, j + 48)));
            out[k] = pairwise(sum);
        }
    }

    /**
     * As many rows as a register has lanes at once. Two registers become one that holds the next step of both: lanes with
     * a bit unset of the first, those with it set of the second, and what each is to be added to is found by one swap. So a
     * row costs less than one shuffle instead of four, its sums are added in the very same pairs, and row k ends in lane k.
     */
    @Override
    public void dotAll(float[] x, int i, float[] rows, int from, int stride, int n, int d, float[] out, int outFrom) {
        int k = 0;
        for (; k + WIDTH <= n; k += WIDTH) {
            together(x, i, rows, from + k * stride, stride, d).intoArray(out, outFrom + k);
        }
        for (; k < n; k++) {
            out[outFrom + k] = dot(x, i, rows, from + k * stride, d);
        }
    }

    private static FloatVector together(float[] x, int i, float[] rows, int from, int stride, int d) {
        if (WIDTH == 4) {
            return join1(by2(x, i, rows, from, 2 * stride, d), by2(x, i, rows, from + stride, 2 * stride, d));
        }
        FloatVector even = join2(
                by4(x, i, rows, from, 4 * stride, d), by4(x, i, rows, from + 2 * stride, 4 * stride, d));
        FloatVector odd = join2(
                by4(x, i, rows, from + stride, 4 * stride, d), by4(x, i, rows, from + 3 * stride, 4 * stride, d));
        return join1(even, odd);
    }

    /** The rows that are a multiple of 4 apart, down to steps of four lanes. */
    private static FloatVector by4(float[] x, int i, float[] rows, int from, int apart, int d) {
        if (WIDTH == 8) {
            return join4(partial(x, i, rows, from, d), partial(x, i, rows, from + apart, d));
        }
        FloatVector even = join8(partial(x, i, rows, from, d), partial(x, i, rows, from + 2 * apart, d));
        FloatVector odd = join8(partial(x, i, rows, from + apart, d), partial(x, i, rows, from + 3 * apart, d));
        return join4(even, odd);
    }

    private static FloatVector by2(float[] x, int i, float[] rows, int from, int apart, int d) {
        return join2(partial(x, i, rows, from, d), partial(x, i, rows, from + apart, d));
    }

    private static FloatVector join8(FloatVector a, FloatVector b) {
        return a.blend(b, BIT_8).add(b.blend(a, BIT_8).rearrange(SWAP_8));
    }

    private static FloatVector join4(FloatVector a, FloatVector b) {
        return a.blend(b, BIT_4).add(b.blend(a, BIT_4).rearrange(SWAP_4));
    }

    private static FloatVector join2(FloatVector a, FloatVector b) {
        return a.blend(b, BIT_2).add(b.blend(a, BIT_2).rearrange(SWAP_2));
    }

    private static FloatVector join1(FloatVector a, FloatVector b) {
        return a.blend(b, BIT_1).add(b.blend(a, BIT_1).rearrange(SWAP_1));
    }

    /** Column by column: a column's gradient stays in a register over all rows, and the rows are in cache from the dots. */
    @Override
    public void update(
            float[] x, int i, float[] rows, int[] at, float[] a, float[] c, float keep, int n, int d, float[] g) {
        if (WIDTH == LANES && d == 64 && keep == 1) {
            update64(x, i, rows, at, a, c, n, g);
            return;
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
    }

    private static void update64(float[] x, int i, float[] rows, int[] at, float[] a, float[] c, int n, float[] g) {
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
    }

    @Override
    public void addScaled(float c, float[] x, int i, float keep, float[] y, int j, int d) {
        for (int f = 0; f < d; f += WIDTH) {
            FloatVector yf = FloatVector.fromArray(SPECIES, y, j + f);
            yf.mul(keep).add(FloatVector.fromArray(SPECIES, x, i + f).mul(c)).intoArray(y, j + f);
        }
    }
}
