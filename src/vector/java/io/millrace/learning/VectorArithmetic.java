package io.millrace.learning;

import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * {@link Arithmetic} by the Vector API. The sixteen partial sums of a row are formed in registers, one of 512 bits or two
 * of 256 or four of 128, and put in an array; their last additions are scalar. Every width adds the same numbers in the
 * same order.
 *
 * <p>No vector is passed to or from a method of ours: where the compiler decides not to inline such a call, the vector
 * becomes an object, and a step allocates.
 */
final class VectorArithmetic extends Arithmetic {

    static final VectorSpecies<Float> SPECIES = species();
    private static final int WIDTH = SPECIES.length();
    private static final int HALF = LANES / 2;

    private static VectorSpecies<Float> species() {
        VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
        if (preferred.length() > LANES) {
            return FloatVector.SPECIES_512;
        }
        return preferred.length() < 4 ? FloatVector.SPECIES_128 : preferred;
    }

    /** Rows whose partial sums are stored before any of them is added up. */
    private static final int BLOCK = 16;

    /** Room for a block: where its rows start, and their partial sums. */
    private static final class Block {
        final int[] starts = new int[BLOCK];
        final float[] sums = new float[BLOCK * LANES];
    }

    /** One per thread where this object is everyone's. */
    private static final ThreadLocal<Block> BLOCKS = ThreadLocal.withInitial(Block::new);

    /** The room of one that a single thread uses. */
    private final @Nullable Block own;

    VectorArithmetic() {
        this(null);
    }

    private VectorArithmetic(@Nullable Block own) {
        this.own = own;
    }

    @Override
    Arithmetic unshared() {
        return new VectorArithmetic(new Block());
    }

    private Block block() {
        return own != null ? own : BLOCKS.get();
    }

    @Override
    public String name() {
        return "vector, " + SPECIES.vectorBitSize() + " bit";
    }

    @Override
    public float dot(float[] a, int i, float[] b, int j, int d) {
        float[] sums = block().sums;
        store(a, i, b, j, d, sums, 0);
        return addUp(sums, 0);
    }

    @Override
    public void dots(float[] x, int i, float[] rows, int[] at, int bias, int n, int d, float[] out) {
        if (WIDTH == LANES && d == 64 && bias != NONE) {
            dots64(x, i, rows, at, bias, n, block().sums, out);
            return;
        }
        Block block = block();
        for (int k = 0; k < n; k += BLOCK) {
            int rowsHere = Math.min(BLOCK, n - k);
            multiply(x, i, rows, at, k, rowsHere, d, block, out, k);
        }
        for (int k = 0; bias != NONE && k < n; k++) {
            out[k] += rows[at[k] + bias];
        }
    }

    /**
     * The commonest dimension in one loop, row by row: more waiting than {@link #multiply} has, but fewer instructions, so that
     * more of the next example is under way meanwhile.
     */
    private static void dots64(float[] x, int i, float[] rows, int[] at, int bias, int n, float[] sums, float[] out) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + 16);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, i + 32);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, i + 48);
        for (int k = 0; k < n; k++) {
            int j = at[k];
            x0.mul(FloatVector.fromArray(SPECIES, rows, j))
                    .add(x1.mul(FloatVector.fromArray(SPECIES, rows, j + 16)))
                    .add(x2.mul(FloatVector.fromArray(SPECIES, rows, j + 32)))
                    .add(x3.mul(FloatVector.fromArray(SPECIES, rows, j + 48)))
                    .intoArray(sums, 0);
            out[k] = addUp(sums, 0) + rows[j + bias];
        }
    }

    @Override
    public void dotAll(float[] x, int i, float[] rows, int from, int stride, int n, int d, float[] out, int outFrom) {
        Block block = block();
        for (int k = 0; k < n; k += BLOCK) {
            int rowsHere = Math.min(BLOCK, n - k);
            for (int row = 0; row < rowsHere; row++) {
                block.starts[row] = from + (k + row) * stride;
            }
            multiply(x, i, rows, block.starts, 0, rowsHere, d, block, out, outFrom + k);
        }
    }

    /**
     * A block of rows at a time: first the partial sums of all its rows, then their additions. Taken row by row, the chain
     * of additions inside one register, each waiting for a shuffle, costs more than the products.
     */
    private static void multiply(
            float[] x, int i, float[] rows, int[] at, int from, int n, int d, Block block, float[] out, int to) {
        if (WIDTH == HALF && d % 32 == 0) {
            storeHalves(x, i, rows, at, from, n, d, block.sums);
            addUpHalves(block.sums, n, out, to);
            return;
        }
        if (WIDTH == LANES && d == 64) {
            store64(x, i, rows, at, from, n, block.sums);
        } else if (WIDTH == LANES && d == 32) {
            store32(x, i, rows, at, from, n, block.sums);
        } else {
            for (int k = 0; k < n; k++) {
                store(x, i, rows, at[from + k], d, block.sums, k * LANES);
            }
        }
        addUp(block.sums, n, out, to);
    }

    /** The sixteen partial sums of one row, each to its lane. */
    private static void store(float[] x, int i, float[] rows, int j, int d, float[] sums, int to) {
        for (int lane = 0; lane < LANES; lane += WIDTH) {
            FloatVector sum =
                    FloatVector.fromArray(SPECIES, x, i + lane).mul(FloatVector.fromArray(SPECIES, rows, j + lane));
            for (int c = lane + LANES; c < d; c += LANES) {
                sum = sum.add(
                        FloatVector.fromArray(SPECIES, x, i + c).mul(FloatVector.fromArray(SPECIES, rows, j + c)));
            }
            sum.intoArray(sums, to + lane);
        }
    }

    /** For the commonest dimensions x stays in registers over all rows. */
    private static void store64(float[] x, int i, float[] rows, int[] at, int from, int n, float[] sums) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + 16);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, i + 32);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, i + 48);
        for (int k = 0; k < n; k++) {
            int j = at[from + k];
            x0.mul(FloatVector.fromArray(SPECIES, rows, j))
                    .add(x1.mul(FloatVector.fromArray(SPECIES, rows, j + 16)))
                    .add(x2.mul(FloatVector.fromArray(SPECIES, rows, j + 32)))
                    .add(x3.mul(FloatVector.fromArray(SPECIES, rows, j + 48)))
                    .intoArray(sums, k * LANES);
        }
    }

    private static void store32(float[] x, int i, float[] rows, int[] at, int from, int n, float[] sums) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + 16);
        for (int k = 0; k < n; k++) {
            int j = at[from + k];
            x0.mul(FloatVector.fromArray(SPECIES, rows, j))
                    .add(x1.mul(FloatVector.fromArray(SPECIES, rows, j + 16)))
                    .intoArray(sums, k * LANES);
        }
    }

    /**
     * With registers of eight lanes: lane l and lane l + 8 of each row's partial sums, added to each other before they are
     * stored. x stays in registers over all rows, 32 elements at a time; partial sums of earlier elements are read back.
     */
    private static void storeHalves(float[] x, int i, float[] rows, int[] at, int from, int n, int d, float[] sums) {
        int last = d - 32;
        for (int c = 0; c <= last; c += 32) {
            FloatVector x0 = FloatVector.fromArray(SPECIES, x, i + c);
            FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + c + HALF);
            FloatVector x2 = FloatVector.fromArray(SPECIES, x, i + c + 2 * HALF);
            FloatVector x3 = FloatVector.fromArray(SPECIES, x, i + c + 3 * HALF);
            for (int k = 0; k < n; k++) {
                int j = at[from + k] + c;
                FloatVector low = x0.mul(FloatVector.fromArray(SPECIES, rows, j));
                FloatVector high = x1.mul(FloatVector.fromArray(SPECIES, rows, j + HALF));
                if (c > 0) {
                    low = FloatVector.fromArray(SPECIES, sums, k * LANES).add(low);
                    high = FloatVector.fromArray(SPECIES, sums, k * LANES + HALF)
                            .add(high);
                }
                low = low.add(x2.mul(FloatVector.fromArray(SPECIES, rows, j + 2 * HALF)));
                high = high.add(x3.mul(FloatVector.fromArray(SPECIES, rows, j + 3 * HALF)));
                if (c < last) {
                    low.intoArray(sums, k * LANES);
                    high.intoArray(sums, k * LANES + HALF);
                } else {
                    low.add(high).intoArray(sums, k * LANES);
                }
            }
        }
    }

    private static void addUpHalves(float[] s, int n, float[] out, int to) {
        for (int k = 0; k < n; k++) {
            int l = k * LANES;
            out[to + k] = ((s[l] + s[l + 4]) + (s[l + 2] + s[l + 6])) + ((s[l + 1] + s[l + 5]) + (s[l + 3] + s[l + 7]));
        }
    }

    private static void addUp(float[] sums, int n, float[] out, int to) {
        for (int l = 0; l < n * LANES; l += LANES) {
            out[to + l / LANES] = addUp(sums, l);
        }
    }

    /** The defined order of the last additions, see {@link Arithmetic}. */
    private static float addUp(float[] s, int l) {
        return (((s[l] + s[l + 8]) + (s[l + 4] + s[l + 12])) + ((s[l + 2] + s[l + 10]) + (s[l + 6] + s[l + 14])))
                + (((s[l + 1] + s[l + 9]) + (s[l + 5] + s[l + 13]))
                        + ((s[l + 3] + s[l + 11]) + (s[l + 7] + s[l + 15])));
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
    boolean isSeenWithin(float[] x, int i, int d, float limit) {
        if (WIDTH != LANES || d != 64) {
            FloatVector squares = FloatVector.zero(SPECIES);
            for (int f = 0; f < d; f += WIDTH) {
                FloatVector xf = FloatVector.fromArray(SPECIES, x, i + f);
                squares = squares.add(xf.mul(xf));
            }
            return squares.compare(LE, squaresWithin(limit, WIDTH)).allTrue();
        }
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + 16);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, i + 32);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, i + 48);
        return x0.mul(x0)
                .add(x1.mul(x1))
                .add(x2.mul(x2).add(x3.mul(x3)))
                .compare(LE, squaresWithin(limit, LANES))
                .allTrue();
    }

    @Override
    public void addScaled(float c, float[] x, int i, float keep, float[] y, int j, int d) {
        if (WIDTH == LANES && d == 64 && keep == 1) {
            add64(c, x, i, y, j);
            return;
        }
        for (int f = 0; f < d; f += WIDTH) {
            FloatVector yf = FloatVector.fromArray(SPECIES, y, j + f);
            yf.mul(keep).add(FloatVector.fromArray(SPECIES, x, i + f).mul(c)).intoArray(y, j + f);
        }
    }

    private static void add64(float c, float[] x, int i, float[] y, int j) {
        FloatVector scale = FloatVector.broadcast(SPECIES, c);
        FloatVector y0 = FloatVector.fromArray(SPECIES, y, j);
        FloatVector y1 = FloatVector.fromArray(SPECIES, y, j + 16);
        FloatVector y2 = FloatVector.fromArray(SPECIES, y, j + 32);
        FloatVector y3 = FloatVector.fromArray(SPECIES, y, j + 48);
        y0.add(FloatVector.fromArray(SPECIES, x, i).mul(scale)).intoArray(y, j);
        y1.add(FloatVector.fromArray(SPECIES, x, i + 16).mul(scale)).intoArray(y, j + 16);
        y2.add(FloatVector.fromArray(SPECIES, x, i + 32).mul(scale)).intoArray(y, j + 32);
        y3.add(FloatVector.fromArray(SPECIES, x, i + 48).mul(scale)).intoArray(y, j + 48);
    }
}
