package io.millrace.sampling;

import io.millrace.event.CounterRandom;
import java.util.HashMap;
import java.util.Map;

/** A fixed random model: vectors for all slots, users made when first looked at. */
final class LinearModel implements ModelView {

    private final int d;
    private final long seed;
    final float[][] items;
    final float[] biases;
    private final Map<Long, float[]> users = new HashMap<>();
    private float[] user;

    LinearModel(int d, int slots, long seed) {
        this.d = d;
        this.seed = seed;
        items = new float[slots][];
        biases = new float[slots];
        var random = new CounterRandom().reset(seed, 1, 1);
        for (int slot = 0; slot < slots; slot++) {
            items[slot] = vector(random);
            biases[slot] = (float) (0.2 * (random.nextDouble() - 0.5));
        }
        user = user(0);
    }

    void of(long hash) {
        user = user(hash);
    }

    float[] user(long hash) {
        return users.computeIfAbsent(hash, h -> vector(new CounterRandom().reset(seed, h, 2)));
    }

    private float[] vector(CounterRandom random) {
        float[] vector = new float[d];
        for (int f = 0; f < d; f++) {
            vector[f] = (float) (2 * random.nextDouble() - 1);
        }
        return vector;
    }

    @Override
    public int dimension() {
        return d;
    }

    @Override
    public void user(float[] out) {
        System.arraycopy(user, 0, out, 0, d);
    }

    @Override
    public boolean user(long hash, float[] out) {
        System.arraycopy(user(hash), 0, out, 0, d);
        return true;
    }

    @Override
    public void item(int slot, float[] out) {
        System.arraycopy(items[slot], 0, out, 0, d);
    }

    @Override
    public float bias(int slot) {
        return biases[slot];
    }

    @Override
    public float score(int slot) {
        float s = biases[slot];
        for (int f = 0; f < d; f++) {
            s += user[f] * items[slot][f];
        }
        return s;
    }
}
