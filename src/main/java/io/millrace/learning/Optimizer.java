package io.millrace.learning;

/**
 * How far a gradient moves a row. State, where there is any, lies beside the row in its owner's arrays.
 *
 * <p>An optimiser whose step is the gradient times one number (SGD, Adagrad by row) says so with {@link #isScalar}; the
 * learner then never writes the gradients of item rows down, since each is a multiple of the user's vector.
 *
 * <p>Contract: a zero gradient leaves the row as it is; the result is finite.
 */
public interface Optimizer {

    /** Name in the configuration. */
    String name();

    /** Floats of state for a row of {@code d} floats. */
    int stateFloats(int d);

    /** True when {@link #rate} alone defines the step. */
    default boolean isScalar() {
        return false;
    }

    /** The rate where it is one number for every row and step, so that no norm is needed for it; else NaN. */
    default float constantRate() {
        return Float.NaN;
    }

    /**
     * Takes a gradient into the state and returns the rate η of the step {@code row -= η g}. Scalar optimisers only.
     *
     * @param squaredNorm of the gradient, already divided by the dimension
     */
    default float rate(float[] state, int at, float squaredNorm) {
        throw new UnsupportedOperationException(name() + " steps by coordinate");
    }

    /** Moves {@code row[i..i+d)} against {@code gradient[0..d)}. */
    void step(float[] row, int i, float[] state, int at, float[] gradient, int d);
}
