package io.millrace.backtest;

import io.millrace.learning.Exp;
import java.util.Arrays;

/**
 * Logistic regression that learns one example at a time, with Adagrad's steps.
 *
 * <pre>
 *   p = sigmoid(w · x + offset)      w_k -= η g_k / sqrt(Σ g_k²),  g = (p - label) x
 * </pre>
 *
 * <p>Source of the steps: Duchi, Hazan and Singer, JMLR 12, 2011.
 */
final class OnlineLogistic {

    private static final double START = 0.01;

    private final double stepSize;
    private final double[] weights;
    private final double[] squares;

    OnlineLogistic(int features, double stepSize) {
        this.stepSize = stepSize;
        weights = new double[features];
        squares = new double[features];
        Arrays.fill(squares, START);
    }

    OnlineLogistic start(int feature, double weight) {
        weights[feature] = weight;
        return this;
    }

    double logit(float[] x) {
        double logit = 0;
        for (int k = 0; k < weights.length; k++) {
            logit += weights[k] * x[k];
        }
        return logit;
    }

    /** One step; {@code error} is predicted less observed. */
    void learn(float[] x, double error) {
        for (int k = 0; k < weights.length; k++) {
            double gradient = error * x[k];
            squares[k] += gradient * gradient;
            weights[k] -= stepSize * gradient / Math.sqrt(squares[k]);
        }
    }

    static double probability(double logit) {
        return Exp.sigmoid(Math.max(-30, Math.min(30, logit)));
    }
}
