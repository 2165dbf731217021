package io.millrace.learning;

/**
 * Stochastic gradient descent; where it decays, by a row's own steps t, so that a row that was just met learns fast however
 * long the stream has run:
 *
 * <pre>
 *   row -= η g / (1 + κ t)^p        p = 0 is a constant rate, as a stream that drifts asks for
 * </pre>
 *
 * <p>The state is t, one float, and only where the rate decays; it counts to 2^24 and stays there. Steps of several
 * learners add up, so their rows decay as one learner's would.
 *
 * @param stepSize η
 * @param decay κ
 * @param power p
 */
public record Sgd(float stepSize, float decay, float power) implements Optimizer {

    @Override
    public String name() {
        return "sgd";
    }

    @Override
    public int stateFloats(int d) {
        return isConstant() ? 0 : 1;
    }

    private boolean isConstant() {
        return decay == 0 || power == 0;
    }

    @Override
    public boolean isScalar() {
        return true;
    }

    @Override
    public float constantRate() {
        return isConstant() ? stepSize : Float.NaN;
    }

    @Override
    public float rate(float[] state, int at, float squaredNorm) {
        if (isConstant()) {
            return stepSize;
        }
        double slowed = StrictMath.log1p(decay * Math.max(0, state[at]++));
        return stepSize * (float) Exp.exp(-power * slowed);
    }

    @Override
    public void step(float[] row, int i, float[] state, int at, float[] gradient, int d) {
        float rate = rate(state, at, 0);
        for (int f = 0; f < d; f++) {
            row[i + f] -= rate * gradient[f];
        }
    }
}
