package io.millrace.learning;

/**
 * Adagrad with one accumulator per row: G += ‖g‖² / d, rate η / √G. Rows that moved much move less; costs four bytes a
 * row instead of four a coordinate.
 *
 * <p>G starts at {@value #START}, so the first step is bounded. On a stream that drifts G may forget, G = γ G + ‖g‖² / d, or
 * a row that moved much long ago hardly moves any more.
 *
 * <p>Sums of squares add up, so steps of several learners merge by addition. Where G forgets, each learner takes its share
 * off the same G, and between two commits P learners forget up to P times as fast; G is never below 0.
 *
 * <p>Source: Duchi, Hazan and Singer, JMLR 2011; by row as in large embedding tables.
 *
 * @param stepSize η
 * @param kept γ, above 0 and at most 1; 1 never forgets
 */
public record RowAdagrad(float stepSize, float kept) implements Optimizer {

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
        state[at] = kept * Math.max(0, state[at]) + squaredNorm;
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
