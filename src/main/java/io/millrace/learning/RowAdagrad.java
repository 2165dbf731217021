package io.millrace.learning;

/**
 * Adagrad with one accumulator per row: G += ‖g‖² / d, rate η / √G. Rows that moved much move less; costs four bytes a
 * row instead of four a coordinate.
 *
 * <p>G starts at {@value #START}, so the first step is bounded. Sums of squares add up, so steps of several learners
 * merge by addition.
 *
 * <p>Source: Duchi, Hazan and Singer, JMLR 2011; by row as in large embedding tables.
 */
public record RowAdagrad(float stepSize) implements Optimizer {

    static final float START = 0.01f;

    @Override
    public String name() {
        return "adagrad-row";
    }

    @Override
    public int stateFloats(int d) {
        return 1;
    }

    @Override
    public boolean isScalar() {
        return true;
    }

    @Override
    public float rate(float[] state, int at, float squaredNorm) {
        state[at] += squaredNorm;
        return stepSize / (float) Math.sqrt(state[at] + START);
    }

    @Override
    public void step(float[] row, int i, float[] state, int at, float[] gradient, int d) {
        float squares = 0;
        for (int f = 0; f < d; f++) {
            squares += gradient[f] * gradient[f];
        }
        float rate = rate(state, at, squares / d);
        for (int f = 0; f < d; f++) {
            row[i + f] -= rate * gradient[f];
        }
    }
}
