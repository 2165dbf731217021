package io.millrace.sampling;

import io.millrace.event.Hash;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Items the model ranks high for the user, without scoring any: one factor f of the user's vector v is drawn, and an item
 * near the end of that factor's order to which the user's sign points,
 *
 * <pre>
 *   p(f | u) ∝ |v_f| · σ_f                 σ_f: standard deviation of the factor over the items
 *   g(r)     ∝ e^{-r / Λ}, r = 0..N-1
 *   q(j)     = Σ_f p(f | u) g(position of j in the order of f, from the end that v_f points to)
 * </pre>
 *
 * <p>which approximates p(j | u) ∝ e^{-rank / Λ}. Orders are sorted now and then; new items get random positions until
 * the next time, and the last item of an order takes the place of one that has gone. Before the first sort the law is uniform.
 *
 * <p>Source: Rendle and Freudenthaler, "Improving Pairwise Learning for Item Recommendation from Implicit Feedback",
 * WSDM 2014. The division r / Λ is one of real numbers; a whole-number one, as in a published program, is a staircase.
 */
final class AdaptiveRankSampler implements Proposal, SamplerState, Catalog.Listener {

    private static final int LEAST_EXAMPLES = 100_000;
    private static final double LEAST_SHARE = 0.1;

    private final Catalog catalog;
    private final UniformSampler uniform = new UniformSampler();
    private final double lambdaShare;
    private final long everyMs;

    private int d;
    private int size;

    /** Slots by factor and position, and positions by factor and slot. */
    private int[][] orders = new int[0][];

    private int[][] positions = new int[0][];
    private double[] deviations = new double[0];

    private long nowMs = Long.MIN_VALUE;
    private long sortedMs = Long.MIN_VALUE;
    private long examples;

    private long context = -1;
    private float[] user = new float[0];
    private double[] shares = new double[0];
    private double sumOfShares;

    /**
     * @param lambdaShare Λ / N, above 0, at most 1
     * @param everyMs event time between sorts, milliseconds, if a tenth of N positives have come; N ln N of them, or
     *     100,000, are enough at any time
     */
    AdaptiveRankSampler(Catalog catalog, double lambdaShare, long everyMs) {
        this.catalog = catalog;
        this.lambdaShare = lambdaShare;
        this.everyMs = everyMs;
        catalog.listen(this);
    }

    @Override
    public String name() {
        return "adaptive-rank";
    }

    @Override
    public QKind qKind() {
        return QKind.EXACT;
    }

    @Override
    public int draw(Draw draw) {
        enter(draw);
        if (!(sumOfShares > 0)) {
            return uniform.draw(draw);
        }
        double rest = draw.random().nextDouble() * sumOfShares;
        int f = 0;
        while (f < d - 1 && rest >= shares[f]) {
            rest -= shares[f++];
        }
        int rank = rank(draw.random().nextDouble());
        return orders[f][user[f] > 0 ? rank : size - 1 - rank];
    }

    /** The rank at which g's sum passes u. */
    private int rank(double u) {
        double lambda = lambda();
        double whole = -StrictMath.expm1(-size / lambda);
        int rank = (int) (-lambda * StrictMath.log1p(-u * whole));
        return Math.min(size - 1, rank);
    }

    private double lambda() {
        return Math.max(1e-3, lambdaShare * size);
    }

    private double atRank(int rank) {
        double lambda = lambda();
        return StrictMath.exp(-rank / lambda) * StrictMath.expm1(-1 / lambda) / StrictMath.expm1(-size / lambda);
    }

    @Override
    public double probability(Draw draw, int slot) {
        enter(draw);
        if (!(sumOfShares > 0)) {
            return uniform.probability(draw, slot);
        }
        return catalog.isActive(slot) ? mass(slot) : 0;
    }

    private double mass(int slot) {
        double q = 0;
        for (int f = 0; f < d; f++) {
            q += shares[f] * massAt(f, positions[f][slot]);
        }
        return q / sumOfShares;
    }

    private double massAt(int f, int position) {
        return atRank(user[f] > 0 ? position : size - 1 - position);
    }

    private void enter(Draw draw) {
        if (draw.contexts() == context) {
            return;
        }
        context = draw.contexts();
        sumOfShares = 0;
        if (d == 0 || draw.model().dimension() != d) {
            return;
        }
        draw.model().user(user);
        for (int f = 0; f < d; f++) {
            shares[f] = Math.abs(user[f]) * deviations[f];
            sumOfShares += shares[f];
        }
    }

    /** Takes a place at random in each order from the item there, which goes to the end. */
    @Override
    public void added(int slot) {
        if (d == 0) {
            return;
        }
        long chance = catalog.item(slot).hash();
        for (int f = 0; f < d; f++) {
            chance = Hash.mix(chance + f);
            room(f, slot);
            int position = (int) Long.remainderUnsigned(chance, size + 1L);
            int moved = position == size ? slot : orders[f][position];
            place(f, size, moved);
            place(f, position, slot);
        }
        size++;
    }

    private void place(int f, int position, int slot) {
        orders[f][position] = slot;
        if (slot >= 0) {
            positions[f][slot] = position;
        }
    }

    private void room(int f, int slot) {
        if (size >= orders[f].length) {
            orders[f] = Arrays.copyOf(orders[f], Math.max(16, size * 2));
        }
        if (slot >= positions[f].length) {
            positions[f] = Arrays.copyOf(positions[f], Math.max(slot + 1, positions[f].length * 2));
        }
    }

    @Override
    public void retired(int slot) {
        if (d == 0) {
            return;
        }
        for (int f = 0; f < d; f++) {
            int position = positions[f][slot];
            int last = orders[f][size - 1];
            place(f, position, last);
        }
        size--;
        context = -1;
    }

    @Override
    public void learned(Draw draw, Negatives negatives) {
        examples++;
        double enough = Math.max(LEAST_EXAMPLES, catalog.size() * StrictMath.log(1.0 + catalog.size()));
        boolean timely = nowMs - everyMs >= sortedMs && examples >= LEAST_SHARE * catalog.size();
        boolean due = d == 0 || examples >= enough || timely;
        if (due && draw.model().dimension() > 0 && catalog.size() > 1) {
            sort(draw.model());
        }
    }

    private void sort(ModelView model) {
        start(model.dimension(), catalog.size(), catalog.slots());
        float[] vector = new float[d];
        float[][] values = new float[d][catalog.slots()];
        double[] sums = new double[d];
        double[] squares = new double[d];
        int at = 0;
        for (int slot = 0; slot < catalog.slots(); slot++) {
            if (catalog.isActive(slot)) {
                model.item(slot, vector);
                for (int f = 0; f < d; f++) {
                    values[f][slot] = vector[f];
                    sums[f] += vector[f];
                    squares[f] += (double) vector[f] * vector[f];
                    orders[f][at] = slot;
                }
                at++;
            }
        }
        for (int f = 0; f < d; f++) {
            double mean = sums[f] / size;
            deviations[f] = Math.sqrt(Math.max(0, squares[f] / size - mean * mean));
            sort(f, values[f]);
        }
        sortedMs = nowMs;
        examples = 0;
    }

    private void start(int dimension, int items, int slots) {
        d = dimension;
        size = items;
        orders = new int[d][Math.max(16, items)];
        positions = new int[d][Math.max(16, slots)];
        deviations = new double[d];
        user = new float[d];
        shares = new double[d];
        context = -1;
    }

    /** By falling value, then by slot: as whole numbers of which the upper half is the value, so that sorting is plain. */
    private void sort(int f, float[] values) {
        long[] keys = new long[size];
        for (int k = 0; k < size; k++) {
            int bits = Float.floatToIntBits(-values[orders[f][k]]);
            int ordered = bits < 0 ? ~bits ^ Integer.MIN_VALUE : bits;
            keys[k] = (long) ordered << 32 | orders[f][k];
        }
        Arrays.sort(keys);
        for (int k = 0; k < size; k++) {
            place(f, k, (int) keys[k]);
        }
    }

    @Override
    public void advanced(long nowMs) {
        this.nowMs = Math.max(this.nowMs, nowMs);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(nowMs);
        out.writeLong(sortedMs);
        out.writeLong(examples);
        out.writeInt(d);
        out.writeInt(size);
        for (int f = 0; f < d; f++) {
            out.writeDouble(deviations[f]);
            for (int k = 0; k < size; k++) {
                out.writeLong(catalog.item(orders[f][k]).hash());
            }
        }
    }

    /** An item that is known here but was not written, or the reverse, makes the law uniform until the next sort. */
    @Override
    public void readFrom(DataInput in) throws IOException {
        nowMs = in.readLong();
        sortedMs = in.readLong();
        examples = in.readLong();
        int dimension = in.readInt();
        int items = in.readInt();
        start(dimension, items, catalog.slots());
        boolean same = items == catalog.size() || dimension == 0;
        for (int f = 0; f < dimension; f++) {
            deviations[f] = in.readDouble();
            for (int k = 0; k < items; k++) {
                int slot = catalog.slotOf(in.readLong());
                same &= slot >= 0;
                place(f, k, slot);
            }
        }
        if (!same) {
            start(0, 0, 0);
        }
    }

    @Override
    public long stateBytes() {
        long bytes = 0;
        for (int f = 0; f < d; f++) {
            bytes += 4L * (orders[f].length + positions[f].length);
        }
        return bytes;
    }
}
