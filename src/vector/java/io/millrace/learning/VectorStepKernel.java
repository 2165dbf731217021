package io.millrace.learning;

import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link StepKernel} by the Vector API. A vector of the commonest dimension stays in registers where these are wide enough; else
 * a step goes column by column, and a column of x and of g stay in registers over all rows.
 *
 * <p>No vector is passed to or from a method of ours, see {@link VectorArithmetic}.
 */
final class VectorStepKernel extends StepKernel {

    private static final VectorSpecies<Float> SPECIES = VectorArithmetic.SPECIES;
    private static final int WIDTH = SPECIES.length();

    @Override
    int parts() {
        return WIDTH;
    }

    @Override
    Moved move(
            float[] x,
            int i,
            float[] rows,
            int[] at,
            float[] a,
            float squaresOfA,
            int n,
            Terms terms,
            long digest,
            float[] g) {
        if (WIDTH == Arithmetic.LANES && terms.d() == 64) {
            return move64(x, i, rows, at, a, squaresOfA, n, terms, digest, g);
        }
        int d = terms.d();
        float c = -terms.rate();
        FloatVector squares = FloatVector.zero(SPECIES);
        for (int f = 0; f < d; f += WIDTH) {
            FloatVector xf = FloatVector.fromArray(SPECIES, x, i + f);
            squares = squares.add(xf.mul(xf));
        }
        if (!squares.mul(squaresOfA).compare(LE, terms.gradientSquares()).allTrue()) {
            return Moved.NOTHING;
        }
        squares = FloatVector.zero(SPECIES);
        FloatVector squaresOfG = squares;
        for (int f = 0; f < d; f += WIDTH) {
            FloatVector xf = FloatVector.fromArray(SPECIES, x, i + f);
            FloatVector gf = FloatVector.zero(SPECIES);
            for (int k = 0; k < n; k++) {
                FloatVector row = FloatVector.fromArray(SPECIES, rows, at[k] + f);
                FloatVector moved = row.add(xf.mul(c * a[k]));
                gf = gf.add(row.mul(a[k]));
                moved.intoArray(rows, at[k] + f);
                squares = squares.add(moved.mul(moved));
            }
            gf.intoArray(g, f);
            FloatVector moved = xf.add(gf.mul(c));
            squares = squares.add(moved.mul(moved));
            squaresOfG = squaresOfG.add(gf.mul(gf));
        }
        moveScalars(rows, at, a, n, terms, digest);
        if (!squares.compare(LE, terms.rowSquares()).allTrue()
                || !squaresOfG.compare(LE, terms.gradientSquares()).allTrue()) {
            return Moved.ROWS;
        }
        for (int f = 0; f < d; f += WIDTH) {
            FloatVector xf = FloatVector.fromArray(SPECIES, x, i + f);
            xf.add(FloatVector.fromArray(SPECIES, g, f).mul(c)).intoArray(x, i + f);
        }
        return Moved.ALL;
    }

    private static Moved move64(
            float[] x,
            int i,
            float[] rows,
            int[] at,
            float[] a,
            float squaresOfA,
            int n,
            Terms terms,
            long digest,
            float[] g) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, i);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, i + 16);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, i + 32);
        FloatVector x3 = FloatVector.fromArray(SPECIES, x, i + 48);
        FloatVector squares = x0.mul(x0).add(x1.mul(x1)).add(x2.mul(x2).add(x3.mul(x3)));
        if (!squares.mul(squaresOfA).compare(LE, terms.gradientSquares()).allTrue()) {
            return Moved.NOTHING;
        }
        FloatVector g0 = FloatVector.zero(SPECIES);
        FloatVector g1 = g0;
        FloatVector g2 = g0;
        FloatVector g3 = g0;
        squares = g0;
        float c = -terms.rate();
        for (int k = 0; k < n; k++) {
            int j = at[k];
            float pull = a[k];
            // First, because after so many vectors the compiler would not inline it.
            moveScalars(rows, j + terms.scalars(), -c * pull, terms.maxBias(), digest);
            FloatVector y0 = FloatVector.fromArray(SPECIES, rows, j);
            FloatVector y1 = FloatVector.fromArray(SPECIES, rows, j + 16);
            FloatVector y2 = FloatVector.fromArray(SPECIES, rows, j + 32);
            FloatVector y3 = FloatVector.fromArray(SPECIES, rows, j + 48);
            FloatVector pulls = FloatVector.broadcast(SPECIES, pull);
            g0 = g0.add(y0.mul(pulls));
            g1 = g1.add(y1.mul(pulls));
            g2 = g2.add(y2.mul(pulls));
            g3 = g3.add(y3.mul(pulls));
            FloatVector moves = FloatVector.broadcast(SPECIES, c * pull);
            y0 = y0.add(x0.mul(moves));
            y1 = y1.add(x1.mul(moves));
            y2 = y2.add(x2.mul(moves));
            y3 = y3.add(x3.mul(moves));
            y0.intoArray(rows, j);
            y1.intoArray(rows, j + 16);
            y2.intoArray(rows, j + 32);
            y3.intoArray(rows, j + 48);
            squares = squares.add(y0.mul(y0).add(y1.mul(y1)).add(y2.mul(y2).add(y3.mul(y3))));
        }
        x0 = x0.add(g0.mul(c));
        x1 = x1.add(g1.mul(c));
        x2 = x2.add(g2.mul(c));
        x3 = x3.add(g3.mul(c));
        squares = squares.add(x0.mul(x0).add(x1.mul(x1)).add(x2.mul(x2).add(x3.mul(x3))));
        FloatVector squaresOfG = g0.mul(g0).add(g1.mul(g1)).add(g2.mul(g2).add(g3.mul(g3)));
        if (!squares.compare(LE, terms.rowSquares()).allTrue()
                || !squaresOfG.compare(LE, terms.gradientSquares()).allTrue()) {
            g0.intoArray(g, 0);
            g1.intoArray(g, 16);
            g2.intoArray(g, 32);
            g3.intoArray(g, 48);
            return Moved.ROWS;
        }
        x0.intoArray(x, i);
        x1.intoArray(x, i + 16);
        x2.intoArray(x, i + 32);
        x3.intoArray(x, i + 48);
        return Moved.ALL;
    }
}
