package io.millrace.sampling;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** The item vectors and biases of a model as they were at one moment. Items that came since are not in it. */
final class FrozenModel {

    private float[] vectors = new float[0];
    private float[] biases = new float[0];
    private boolean[] known = new boolean[0];
    private int d;
    private long version;

    /** Grows with every freeze; 0 before the first. */
    long version() {
        return version;
    }

    int dimension() {
        return d;
    }

    boolean isKnown(int slot) {
        return slot < known.length && known[slot];
    }

    void forget(int slot) {
        if (slot < known.length) {
            known[slot] = false;
        }
    }

    void freeze(ModelView model, Catalog catalog) {
        room(model.dimension(), catalog.slots());
        float[] vector = new float[d];
        for (int slot = 0; slot < catalog.slots(); slot++) {
            known[slot] = catalog.isActive(slot);
            if (known[slot]) {
                model.item(slot, vector);
                System.arraycopy(vector, 0, vectors, slot * d, d);
                biases[slot] = model.bias(slot);
            }
        }
        version++;
    }

    private void room(int dimension, int slots) {
        if (dimension != d || slots > known.length) {
            d = dimension;
            vectors = new float[Math.multiplyExact(slots, d)];
            biases = new float[slots];
            known = new boolean[slots];
        }
        Arrays.fill(known, false);
    }

    /** The frozen score of an item against a user's vector, which starts at {@code at}. */
    float score(float[] user, int at, int slot) {
        float score = biases[slot];
        int row = slot * d;
        for (int f = 0; f < d; f++) {
            score += user[at + f] * vectors[row + f];
        }
        return score;
    }

    void writeTo(DataOutput out, Catalog catalog) throws IOException {
        out.writeLong(version);
        out.writeInt(d);
        int count = 0;
        for (boolean is : known) {
            count += is ? 1 : 0;
        }
        out.writeInt(count);
        for (int slot = 0; slot < known.length; slot++) {
            if (known[slot]) {
                out.writeLong(catalog.item(slot).hash());
                out.writeFloat(biases[slot]);
                for (int f = 0; f < d; f++) {
                    out.writeFloat(vectors[slot * d + f]);
                }
            }
        }
    }

    void readFrom(DataInput in, Catalog catalog) throws IOException {
        version = in.readLong();
        room(in.readInt(), catalog.slots());
        int count = in.readInt();
        for (int k = 0; k < count; k++) {
            int slot = catalog.slotOf(in.readLong());
            float bias = in.readFloat();
            for (int f = 0; f < d; f++) {
                float value = in.readFloat();
                if (slot >= 0) {
                    vectors[slot * d + f] = value;
                }
            }
            if (slot >= 0) {
                known[slot] = true;
                biases[slot] = bias;
            }
        }
    }

    long stateBytes() {
        return 4L * (vectors.length + biases.length) + known.length;
    }
}
