package io.millrace.sampling;

import io.millrace.event.CounterRandom;
import io.millrace.event.Hash;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A small model of its own that learns which items to propose: g(u, j) = x_u · y_j + b_j. Its policy over a pool is the
 * softmax of g / T, and it learns by REINFORCE: for a draw j with advantage a, the logit of pool member m moves along
 *
 * <pre>
 *   a ∂ ln p(j) / ∂ g(m) = a (1[m = j] - p(m)) / T
 * </pre>
 *
 * <p>Rows start small and at random, from the item's or user's hash alone.
 *
 * <p>Source: Williams, "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning", 1992.
 */
final class Generator {

    private static final float FIRST = 0.1f;
    private static final float MOST = 10;

    private final int d;
    private final float stepSize;
    private final UserMemory users;
    private float[] userRows = new float[0];
    private float[] itemRows = new float[0];
    private float[] biases = new float[0];
    private boolean[] known = new boolean[0];
    private final CounterRandom start = new CounterRandom();
    private final float[] user;
    private final float[] userStep;

    /**
     * @param d floats of a row
     * @param stepSize above 0
     * @param users most users with a row
     */
    Generator(int d, float stepSize, int users) {
        this.d = d;
        this.stepSize = stepSize;
        this.users = new UserMemory(users);
        user = new float[d];
        userStep = new float[d];
    }

    /** Turns to a user: their row, or the one they would start with. */
    void user(long hash) {
        int place = users.find(hash);
        if (place >= 0) {
            System.arraycopy(userRows, place * d, user, 0, d);
        } else {
            first(Hash.mix(hash ^ 1), user, 0);
        }
    }

    /** g for the user turned to. */
    double score(Catalog catalog, int slot) {
        meet(catalog, slot);
        double score = biases[slot];
        for (int f = 0; f < d; f++) {
            score += user[f] * itemRows[slot * d + f];
        }
        return score;
    }

    /** An item's first row follows from its hash, so when it is made changes nothing. */
    private void meet(Catalog catalog, int slot) {
        if (slot >= known.length) {
            int larger = Math.max(slot + 1, Math.max(16, known.length * 2));
            known = Arrays.copyOf(known, larger);
            biases = Arrays.copyOf(biases, larger);
            itemRows = Arrays.copyOf(itemRows, larger * d);
        }
        if (!known[slot]) {
            known[slot] = true;
            biases[slot] = 0;
            first(catalog.item(slot).hash(), itemRows, slot * d);
        }
    }

    private void first(long hash, float[] rows, int at) {
        start.reset(0, hash, 17);
        for (int f = 0; f < d; f++) {
            rows[at + f] = FIRST * (float) (2 * start.nextDouble() - 1);
        }
    }

    void forget(int slot) {
        if (slot < known.length) {
            known[slot] = false;
        }
    }

    /** Adds to {@code into} the derivative of a ln p(drawn) by the logits of the pool. */
    static void addGradient(double[] p, int size, int drawn, double advantage, double temperature, double[] into) {
        for (int m = 0; m < size; m++) {
            into[m] += advantage * ((m == drawn ? 1 : 0) - p[m]) / temperature;
        }
    }

    /** One step up the gradient by the logits of a pool; all from the rows as they were. */
    void step(long hash, Pool pool, double[] gradient) {
        int place = users.use(hash);
        if (userRows.length < users.length() * d) {
            userRows = Arrays.copyOf(userRows, users.length() * d);
        }
        Arrays.fill(userStep, 0);
        for (int m = 0; m < pool.size(); m++) {
            int slot = pool.slot(m);
            float move = (float) (stepSize * gradient[m]);
            if (!Float.isFinite(move)) {
                continue;
            }
            biases[slot] = bound(biases[slot] + move);
            for (int f = 0; f < d; f++) {
                int at = slot * d + f;
                userStep[f] += move * itemRows[at];
                itemRows[at] = bound(itemRows[at] + move * user[f]);
            }
        }
        for (int f = 0; f < d; f++) {
            user[f] = bound(user[f] + userStep[f]);
        }
        System.arraycopy(user, 0, userRows, place * d, d);
    }

    private static float bound(float value) {
        return Math.max(-MOST, Math.min(MOST, value));
    }

    void writeTo(DataOutput out, Catalog catalog) throws IOException {
        out.writeInt(d);
        out.writeInt(users.size());
        for (int place = users.first(); place >= 0; place = users.next(place)) {
            out.writeLong(users.user(place));
            write(userRows, place * d, out);
        }
        int items = 0;
        for (boolean is : known) {
            items += is ? 1 : 0;
        }
        out.writeInt(items);
        for (int slot = 0; slot < known.length; slot++) {
            if (known[slot]) {
                out.writeLong(catalog.item(slot).hash());
                out.writeFloat(biases[slot]);
                write(itemRows, slot * d, out);
            }
        }
    }

    private void write(float[] rows, int at, DataOutput out) throws IOException {
        for (int f = 0; f < d; f++) {
            out.writeFloat(rows[at + f]);
        }
    }

    void readFrom(DataInput in, Catalog catalog) throws IOException {
        int dimension = in.readInt();
        if (dimension != d) {
            throw new IOException("generator has rows of " + dimension + " floats, expected " + d);
        }
        users.clear();
        Arrays.fill(known, false);
        int count = in.readInt();
        for (int k = 0; k < count; k++) {
            int place = users.use(in.readLong());
            if (userRows.length < users.length() * d) {
                userRows = Arrays.copyOf(userRows, users.length() * d);
            }
            read(userRows, place * d, in);
        }
        int items = in.readInt();
        float[] unknown = new float[d];
        for (int k = 0; k < items; k++) {
            int slot = catalog.slotOf(in.readLong());
            float bias = in.readFloat();
            if (slot >= 0) {
                meet(catalog, slot);
                biases[slot] = bias;
                read(itemRows, slot * d, in);
            } else {
                read(unknown, 0, in);
            }
        }
    }

    private void read(float[] rows, int at, DataInput in) throws IOException {
        for (int f = 0; f < d; f++) {
            rows[at + f] = in.readFloat();
        }
    }

    long stateBytes() {
        return 4L * (userRows.length + itemRows.length + biases.length) + known.length + users.stateBytes();
    }
}
