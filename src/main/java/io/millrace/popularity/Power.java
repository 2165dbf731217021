package io.millrace.popularity;

/**
 * x^β for counts. The exponents of the literature are taken by square roots, which are exact to the last bit on every
 * machine and several times faster than a power; the others by {@link StrictMath}.
 *
 * @param exponent β, finite
 */
public record Power(double exponent) {

    /** x^β for x above 0. */
    public double of(double x) {
        if (exponent == 1) {
            return x;
        }
        if (exponent == 0.5) {
            return Math.sqrt(x);
        }
        if (exponent == 0.75) {
            double root = Math.sqrt(x);
            return root * Math.sqrt(root);
        }
        return exponent == 0 ? 1 : StrictMath.pow(x, exponent);
    }
}
