package io.millrace.backtest;

import java.util.Arrays;

/**
 * Logistic regression that keeps how sure it is of its weights, and of each pair of them: the less sure, the larger the
 * step. So features of any scale, correlated ones too, need no step size, and few examples tell what they can.
 *
 * <pre>
 *   v = p (1 - p)     g = P x      s = 1 + v x · g
 *   w -= g (p - label) / s         P -= v g gᵀ / s          P is the weights' covariance
 * </pre>
 *
 * <p>A little is added to the variances at each step, since what is learned may drift. O(features²) per example.
 *
 * <p>Source of the steps: Spiegelhalter and Lauritzen, Networks 20, 1990; with v = p (1 - p) they are those of the
 * extended Kalman filter.
 */
final class BayesianLogistic {

    /** Of a weight before anything is learned. */
    private static final double VARIANCE = 0.3;

    /** The variance that a weight gains per example. */
    private static final double DRIFT = 1e-8;

    /** Examples predicted with near certainty still tell something. */
    private static final double LEAST_CURVATURE = 0.001;

    private final double[] weights;
    private final double[][] covariance;
    private final double[] gain;

    BayesianLogistic(int features) {
        weights = new double[features];
        gain = new double[features];
        covariance = new double[features][features];
        for (int k = 0; k < features; k++) {
            covariance[k][k] = VARIANCE;
        }
    }

    double logit(float[] x) {
        double logit = 0;
        for (int k = 0; k < weights.length; k++) {
            logit += weights[k] * x[k];
        }
        return logit;
    }

    /** One step; {@code p} was predicted, {@code error} is that less the label. */
    void learn(float[] x, double p, double error) {
        double curvature = Math.max(LEAST_CURVATURE, p * (1 - p));
        double spread = 1 + curvature * Math.max(0, gain(x));
        double scale = Math.sqrt(curvature / spread);
        for (int k = 0; k < weights.length; k++) {
            weights[k] -= gain[k] * error / spread;
            gain[k] *= scale;
        }
        for (int k = 0; k < weights.length; k++) {
            takeOff(covariance[k], gain[k]);
            covariance[k][k] += DRIFT;
        }
    }

    /** The covariance times x goes to {@link #gain}; returns the variance of the logit. */
    private double gain(float[] x) {
        Arrays.fill(gain, 0);
        for (int k = 0; k < weights.length; k++) {
            if (x[k] != 0) {
                addTo(gain, covariance[k], x[k]);
            }
        }
        double variance = 0;
        for (int k = 0; k < weights.length; k++) {
            variance += gain[k] * x[k];
        }
        return variance;
    }

    private static void addTo(double[] sum, double[] row, double factor) {
        for (int k = 0; k < sum.length; k++) {
            sum[k] += factor * row[k];
        }
    }

    /** Both sides of the diagonal take the same product, so that the matrix stays symmetric to the bit. */
    private void takeOff(double[] row, double factor) {
        for (int k = 0; k < row.length; k++) {
            row[k] -= factor * gain[k];
        }
    }
}
