package io.millrace.learning;

/** {@link StepKernel} in plain Java. */
final class ScalarStepKernel extends StepKernel {

    @Override
    int parts() {
        return 1;
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
        int d = terms.d();
        float c = -terms.rate();
        float squaresOfX = 0;
        for (int f = 0; f < d; f++) {
            squaresOfX += x[i + f] * x[i + f];
        }
        if (!(squaresOfA * squaresOfX <= terms.gradientSquares())) {
            return Moved.NOTHING;
        }
        float squares = 0;
        float squaresOfG = 0;
        for (int f = 0; f < d; f++) {
            float xf = x[i + f];
            float gf = 0;
            float squaresHere = 0;
            for (int k = 0; k < n; k++) {
                float row = rows[at[k] + f];
                float moved = row + c * a[k] * xf;
                gf += a[k] * row;
                rows[at[k] + f] = moved;
                squaresHere += moved * moved;
            }
            g[f] = gf;
            float moved = xf + c * gf;
            squares += squaresHere + moved * moved;
            squaresOfG += gf * gf;
        }
        moveScalars(rows, at, a, n, terms, digest);
        if (!(squares <= terms.rowSquares() && squaresOfG <= terms.gradientSquares())) {
            return Moved.ROWS;
        }
        for (int f = 0; f < d; f++) {
            x[i + f] += c * g[f];
        }
        return Moved.ALL;
    }
}
