package io.millrace.ranking;

import io.millrace.event.CounterRandom;
import io.millrace.learning.Arithmetic;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What a weighted sum of features cannot say, such as that two members agree: a few rectified units over the features of
 * one item, the same for all items, added to the blend's score.
 *
 * <pre>
 *   h_x(j) = max(0, β_x + β_xB + Σ_k W_xk (v_kj - mean of v_k))      s(j) += Σ_x V_x h_x(j)
 * </pre>
 *
 * <p>The gradient is the blend's own, over the whole catalog; steps are Adagrad's. V starts near 0, so the blend starts as
 * the plain one.
 */
final class HiddenLayer {

    private static final float START = 0.1f;

    private final int units;
    private final int features;
    private final int inputs;
    private final float stepSize;
    private final Arithmetic arithmetic = Arithmetic.get();
    private final Sweep sweep = Sweep.get();

    /** Per unit: a weight per feature, a shift per bucket, the shift, and V. */
    private final float[] weights;

    private final float[] squares;
    private final float[][] hidden;
    private final float[] means;
    private float[] gated = new float[0];

    HiddenLayer(BlendConfig config, int features) {
        units = config.hiddenUnits();
        stepSize = config.hiddenStepSize();
        this.features = features;
        inputs = features + config.buckets() + 2;
        weights = new float[units * inputs];
        squares = new float[weights.length];
        hidden = new float[units][0];
        means = new float[features];
        Arrays.fill(squares, START);
        start();
    }

    private void start() {
        CounterRandom random = new CounterRandom();
        for (int x = 0; x < units; x++) {
            random.reset(0x68696464656eL, x, 0);
            for (int k = 0; k < features; k++) {
                weights[x * inputs + k] = 0.35f * (float) (2 * random.nextDouble() - 1);
            }
            weights[output(x)] = 0.087f * (float) (2 * random.nextDouble() - 1);
        }
    }

    /** Takes over what another has learned; buffers are its own. */
    void copy(HiddenLayer from) {
        System.arraycopy(from.weights, 0, weights, 0, weights.length);
    }

    int units() {
        return units;
    }

    private int shift(int unit) {
        return unit * inputs + inputs - 2;
    }

    private int output(int unit) {
        return unit * inputs + inputs - 1;
    }

    void room(int length) {
        Arrays.setAll(hidden, x -> new float[length]);
        gated = new float[units > 0 ? length : 0];
    }

    /** Adds to {@code sums}; n is a multiple of {@link Sweep#STEP}. */
    void addTo(float[] sums, float[][] values, float[] ones, int slots, int n, int bucket) {
        for (int k = 0; k < features && units > 0; k++) {
            means[k] = arithmetic.dot(values[k], 0, ones, 0, n) / slots;
        }
        for (int x = 0; x < units; x++) {
            int at = x * inputs;
            float shift = weights[shift(x)] + weights[at + features + bucket];
            for (int k = 0; k < features; k++) {
                shift -= weights[at + k] * means[k];
            }
            float[] h = hidden[x];
            Arrays.fill(h, 0, n, shift);
            for (int k = 0; k < features; k++) {
                arithmetic.addScaled(weights[at + k], values[k], 0, 1f, h, 0, n);
            }
            sweep.rectify(h, weights[output(x)], sums, n);
        }
    }

    /** One step; {@code masses / total} is the blend's distribution, {@code slot} what was clicked. */
    void step(float[] masses, float total, float[][] values, float[] ones, int slot, int n, int bucket) {
        for (int x = 0; x < units; x++) {
            step(x, masses, total, values, ones, slot, n, bucket);
        }
    }

    private void step(int x, float[] masses, float total, float[][] values, float[] ones, int slot, int n, int bucket) {
        float[] h = hidden[x];
        float open = h[slot] > 0 ? 1 : 0;
        sweep.gate(h, masses, gated, n);
        float share = arithmetic.dot(gated, 0, ones, 0, n) / total;
        float output = weights[output(x)];
        float slope = output * (open - share);
        for (int k = 0; k < features; k++) {
            float expected = arithmetic.dot(gated, 0, values[k], 0, n) / total;
            move(x * inputs + k, output * (open * values[k][slot] - expected) - slope * means[k]);
        }
        move(shift(x), slope);
        move(x * inputs + features + bucket, slope);
        move(output(x), h[slot] - arithmetic.dot(masses, 0, h, 0, n) / total);
    }

    private void move(int at, float gradient) {
        if (Float.isFinite(gradient)) {
            squares[at] += gradient * gradient;
            weights[at] += stepSize * gradient / (float) Math.sqrt(squares[at]);
        }
    }

    long stateBytes() {
        return 8L * weights.length + 4L * (units + 1) * gated.length;
    }

    void writeTo(DataOutput out) throws IOException {
        for (int k = 0; k < weights.length; k++) {
            out.writeFloat(weights[k]);
            out.writeFloat(squares[k]);
        }
    }

    void readFrom(DataInput in) throws IOException {
        for (int k = 0; k < weights.length; k++) {
            weights[k] = in.readFloat();
            squares[k] = in.readFloat();
        }
    }
}
