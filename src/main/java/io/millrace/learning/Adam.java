package io.millrace.learning;

/**
 * Adam, lazily: a row's moments move only when the row has a gradient, and their start at 0 is made up for by the row's
 * own number of steps t.
 *
 * <pre>
 *   m = β1 m + (1 - β1) g        v = β2 v + (1 - β2) g²        t += 1
 *   w -= η (m / (1 - β1^t)) / (√(v / (1 - β2^t)) + ε)          ε = {@value #EPSILON}
 * </pre>
 *
 * <p>A row whose gradient is all zero stays as it is, momentum or not. The state is m, v and t: 2 d + 1 floats.
 *
 * <p>Means do not add up: with several learners of one item, what is added is the sum of the changes each made to the
 * same m and v, and between two commits P learners move them up to P times as far as one would. t is exact, and v is never
 * taken for less than 0. For more than a few learner partitions take one of the Adagrads.
 *
 * <p>Source: Kingma and Ba, "Adam", ICLR 2015; lazily as sparse optimisers do.
 */
final class Adam implements Optimizer {

    static final float EPSILON = 1e-6f;

    private final float stepSize;
    private final float beta1;
    private final float beta2;

    /**
     * @param stepSize η
     * @param beta1 share of m that is kept at a step, below 1
     * @param beta2 share of v that is kept at a step, below 1
     */
    Adam(float stepSize, float beta1, float beta2) {
        this.stepSize = stepSize;
        this.beta1 = beta1;
        this.beta2 = beta2;
    }

    @Override
    public String name() {
        return "adam";
    }

    @Override
    public int stateFloats(int d) {
        return 2 * d + 1;
    }

    @Override
    public void step(float[] row, int i, float[] state, int at, float[] gradient, int d) {
        if (isZero(gradient, d)) {
            return;
        }
        int steps = (int) ++state[at + 2 * d];
        float first = (float) (1 - power(beta1, steps));
        float second = (float) (1 - power(beta2, steps));
        for (int f = 0; f < d; f++) {
            float g = gradient[f];
            float mean = beta1 * state[at + f] + (1 - beta1) * g;
            float square = beta2 * Math.max(0, state[at + d + f]) + (1 - beta2) * g * g;
            state[at + f] = mean;
            state[at + d + f] = square;
            row[i + f] -= stepSize * (mean / first) / ((float) Math.sqrt(square / second) + EPSILON);
        }
    }

    private static boolean isZero(float[] gradient, int d) {
        for (int f = 0; f < d; f++) {
            if (gradient[f] != 0) {
                return false;
            }
        }
        return true;
    }

    /** base^n by squaring: multiplications alone, so the same everywhere. */
    private static double power(double base, int n) {
        double power = 1;
        double square = base;
        for (int bits = n; bits > 0; bits >>= 1) {
            power *= (bits & 1) == 1 ? square : 1;
            square *= square;
        }
        return power;
    }
}
