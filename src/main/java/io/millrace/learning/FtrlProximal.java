package io.millrace.learning;

/**
 * Follow the regularised leader, per coordinate: w is what minimises the sum of all gradients so far plus a pull to where
 * it was and to 0.
 *
 * <pre>
 *   σ = (√(n + g²) - √n) / α        z += g - σ w        n += g²
 *   w = 0                                               where |z| is at most λ1
 *   w = -(z - sign(z) λ1) / ((β + √n) / α + λ2)         elsewhere
 * </pre>
 *
 * <p>A bias starts at 0 and is w itself. A vector starts at random numbers that must stay where they are until there is
 * evidence, so w is its displacement from them, λ1 is 0, and a step adds the change of w to the row: a projection to the
 * norm bound is kept. A coordinate without a gradient stays as it is.
 *
 * <p>The state is z, then n: 2 d floats. Over several learners both add up, as sums of gradients and of their squares
 * should; the pull σ w is from each learner's own w, which lags by a commit, and a bias is set right again by its next
 * step.
 *
 * <p>Source: McMahan et al., "Ad Click Prediction: a View from the Trenches", KDD 2013, algorithm 1.
 *
 * @param alpha α, the step size
 * @param beta β, above 0
 * @param l1 λ1, at least 0
 * @param l2 λ2, at least 0
 */
record FtrlProximal(float alpha, float beta, float l1, float l2) implements Optimizer {

    @Override
    public String name() {
        return "ftrl";
    }

    @Override
    public int stateFloats(int d) {
        return 2 * d;
    }

    @Override
    public void step(float[] row, int i, float[] state, int at, float[] gradient, int d) {
        boolean isBias = d == 1;
        float sparsity = isBias ? l1 : 0;
        for (int f = 0; f < d; f++) {
            if (gradient[f] != 0) {
                float before = weight(state[at + f], state[at + d + f], sparsity);
                accumulate(state, at + f, at + d + f, gradient[f], before);
                float after = weight(state[at + f], state[at + d + f], sparsity);
                row[i + f] = isBias ? after : row[i + f] + (after - before);
            }
        }
    }

    private void accumulate(float[] state, int z, int n, float g, float weight) {
        double squares = Math.max(0, state[n]);
        double sigma = (Math.sqrt(squares + (double) g * g) - Math.sqrt(squares)) / alpha;
        state[z] += (float) (g - sigma * weight);
        state[n] += g * g;
    }

    /** The minimiser given z and n: odd in z, and nearer to 0 the larger λ1 is. */
    float weight(float z, float n, float sparsity) {
        float beyond = Math.abs(z) - sparsity;
        if (beyond <= 0) {
            return 0;
        }
        double curvature = (beta + Math.sqrt(Math.max(0, n))) / alpha + l2;
        return (float) (-Math.copySign(beyond, z) / curvature);
    }
}
