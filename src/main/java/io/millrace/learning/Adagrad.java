package io.millrace.learning;

/**
 * Adagrad with an accumulator per coordinate: rare coordinates take larger steps than frequent ones.
 *
 * <pre>
 *   G_k = γ G_k + g_k²        w_k -= η g_k / √(G_k + δ)        δ = {@value RowAdagrad#START}
 * </pre>
 *
 * <p>δ bounds the first step. The state is G, d floats; how it merges over several learners is as in {@link RowAdagrad}.
 *
 * <p>Source: Duchi, Hazan and Singer, JMLR 2011; forgetting as in RMSProp (Tieleman and Hinton, 2012), without its
 * averaging.
 *
 * @param stepSize η
 * @param kept γ, above 0 and at most 1; 1 never forgets
 */
record Adagrad(float stepSize, float kept) implements Optimizer {

    @Override
    public String name() {
        return "adagrad";
    }

    @Override
    public int stateFloats(int d) {
        return d;
    }

    @Override
    public void step(float[] row, int i, float[] state, int at, float[] gradient, int d) {
        for (int f = 0; f < d; f++) {
            float g = gradient[f];
            float squares = kept * Math.max(0, state[at + f]) + g * g;
            state[at + f] = squares;
            row[i + f] -= stepSize * g / (float) Math.sqrt(squares + RowAdagrad.START);
        }
    }
}
