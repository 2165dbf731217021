package io.millrace.learning;

/** Stochastic gradient descent with a constant rate, as a stream that drifts asks for. */
public record Sgd(float stepSize) implements Optimizer {

    @Override
    public String name() {
        return "sgd";
    }

    @Override
    public int stateFloats(int d) {
        return 0;
    }

    @Override
    public boolean isScalar() {
        return true;
    }

    @Override
    public float rate(float[] state, int at, float squaredNorm) {
        return stepSize;
    }

    @Override
    public void step(float[] row, int i, float[] state, int at, float[] gradient, int d) {
        for (int f = 0; f < d; f++) {
            row[i + f] -= stepSize * gradient[f];
        }
    }
}
