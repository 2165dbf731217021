package io.millrace.ranking;

import io.millrace.event.InvalidSetting;
import io.millrace.popularity.HalfLife;
import io.millrace.sampling.Catalog;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is clicked by users who clicked the same, lately. A click on i adds to C_hi, and to C_ih, for each of the user's W
 * clicks h before it, less for those further back. A user who last clicked h_1, h_2, ... (newest first) is shown
 *
 * <pre>
 *   s(j) = ( Σ_k ρ^(k-1) C_{h_k j} / (R_{h_k} + sh)^b  +  pe p_j ) / (n_j + 0.1)^a      k = 1..L
 * </pre>
 *
 * <p>with R_h the sum of row h, n_j the clicks on j, both decayed as C is, and p_j the share of j in decayed popularity.
 * The mild exponents keep rows of popular items, and popular items themselves, from drowning the rest; the shrinkage sh
 * keeps rows with little evidence from shouting.
 *
 * <p>Rows are sparse and bounded, see {@link PartnerRow}; R_h still counts what was dropped. Everything is kept from a
 * landmark and added to, so what several partitions count can be merged by {@link #addPair} and {@link #addClicks}.
 * Source of the normalisation: Aiolli, "Efficient Top-N Recommendation for Very Large Scale Binary Rated Datasets",
 * RecSys 2013. Not thread-safe.
 */
public final class CoOccurrence implements Ranker {

    private static final long[] NO_PARTNERS = {};

    /** Half-lives from one landmark to the next: floats end at 2^127. */
    private static final int SPAN = 64;

    /** Weights below this are not worth a look. */
    private static final float NEGLIGIBLE = 1e-5f;

    /** A row keeps as many, however many rows there are. */
    private static final int LEAST_PARTNERS = 64;

    /** Column factors are made anew this many times per half-life. */
    private static final int REFRESHES = 64;

    private final CoOccurrenceConfig config;
    private final DecayedPopularity popularity;
    private final boolean ownsPopularity;
    private final long mostPairs;
    private final Sweep sweep = Sweep.get();
    private @Nullable PartnerRow[] rows = new PartnerRow[64];
    private float[] rowSums = new float[64];
    private float[] clicks = new float[64];
    private float[] columns = new float[64];
    private long landmarkMs;
    private long refresh;
    private float columnGain = 1;

    /** Keeps the first look at a click's pairs from being optimised away. */
    @SuppressWarnings("unused")
    private long requested;

    /** @param fallbackHalfLife of the popularity mixed in */
    public CoOccurrence(CoOccurrenceConfig config, HalfLife fallbackHalfLife) {
        this(config, fallbackHalfLife, Long.MAX_VALUE);
    }

    /** @param mostPairs of all rows together, about: the more items there are, the fewer partners each of them keeps */
    public CoOccurrence(CoOccurrenceConfig config, HalfLife fallbackHalfLife, long mostPairs) {
        this(config, new DecayedPopularity(fallbackHalfLife), true, mostPairs);
    }

    /** Mixes in a popularity that its owner teaches. */
    public CoOccurrence(CoOccurrenceConfig config, DecayedPopularity shared) {
        this(config, shared, false, Long.MAX_VALUE);
    }

    private CoOccurrence(
            CoOccurrenceConfig config, DecayedPopularity popularity, boolean ownsPopularity, long mostPairs) {
        this.config = config;
        this.popularity = popularity;
        this.ownsPopularity = ownsPopularity;
        this.mostPairs = mostPairs;
        Arrays.fill(columns, column(0));
    }

    @Override
    public String name() {
        return "co-occurrence";
    }

    @Override
    public void score(Query query, float[] out) {
        int n = query.padded();
        advance(query.atMs());
        room(n);
        Arrays.fill(out, 0, n, 0f);
        float gain = gain(query.atMs());
        float weight = 1;
        int last = Math.min(config.recent(), query.historySize());
        for (int k = 0; k < last && weight > NEGLIGIBLE; k++) {
            int h = query.history(k);
            PartnerRow row = h >= 0 && h < rows.length ? rows[h] : null;
            if (row != null) {
                row.addTo(out, weight / gain * power(rowSums[h] / gain + config.shrinkage(), config.rowExponent()));
            }
            weight *= config.recentDecay();
        }
        popularity.prepare(query);
        float share = (float) (config.fallback() / (popularity.scaledTotal() + 1e-9));
        sweep.addAndScale(share, popularity.scaled(), columns, out, n);
    }

    @Override
    public void learn(Query query, int slot) {
        advance(query.atMs());
        float gain = gain(query.atMs());
        float weight = gain;
        int last = Math.min(config.pairs(), query.historySize());
        int partners = partners(query.catalog().size());
        requested = request(query, slot, last);
        for (int k = 0; k < last && weight > NEGLIGIBLE * gain; k++) {
            int h = query.history(k);
            if (h >= 0 && h != slot) {
                addPair(h, slot, weight, partners);
                if (config.backward() > 0) {
                    addPair(slot, h, weight * config.backward(), partners);
                }
            }
            weight *= config.pairDecay();
        }
        addClicks(slot, gain);
        if (ownsPopularity) {
            popularity.learn(query, slot);
        }
    }

    @Override
    public int reach() {
        return config.pairs();
    }

    /** Looks where the pairs of a click lie: memory answers all at once, and does not when each is looked for in turn. */
    private long request(Query query, int slot, int last) {
        PartnerRow own = slot < rows.length ? rows[slot] : null;
        long sum = 0;
        for (int k = 0; k < last; k++) {
            int h = query.history(k);
            PartnerRow row = h >= 0 && h < rows.length ? rows[h] : null;
            sum += row == null ? 0 : row.look(slot);
            sum += own == null || h < 0 ? 0 : own.look(h);
        }
        return sum;
    }

    /** Most partners of a row. */
    private int partners(int items) {
        return (int) Math.min(config.partners(), Math.max(LEAST_PARTNERS, mostPairs / Math.max(1, items)));
    }

    /** Adds to C_hj and R_h, weighted from {@link #landmarkMs}. */
    public void addPair(int h, int j, float landmarkWeight) {
        addPair(h, j, landmarkWeight, config.partners());
    }

    private void addPair(int h, int j, float landmarkWeight, int partners) {
        room(Math.max(h, j) + 1);
        PartnerRow row = rows[h];
        if (row == null) {
            row = new PartnerRow();
            rows[h] = row;
        }
        row.add(j, landmarkWeight, partners);
        rowSums[h] += landmarkWeight;
    }

    /** Adds to n_j, weighted from {@link #landmarkMs}. */
    public void addClicks(int slot, float landmarkWeight) {
        room(slot + 1);
        clicks[slot] += landmarkWeight;
        columns[slot] = column(clicks[slot]);
    }

    public long landmarkMs() {
        return landmarkMs;
    }

    /** What a pair of now weighs from the landmark. */
    private float gain(long atMs) {
        if (config.halfLifeMs() == 0) {
            return 1;
        }
        double halfLives = (double) (atMs - landmarkMs) / config.halfLifeMs();
        return (float) StrictMath.pow(2, Math.min(halfLives, SPAN + 1.0));
    }

    /** (n_j + 0.1)^-a as of the last refresh. */
    private float column(float landmarkClicks) {
        return power(landmarkClicks / columnGain + 0.1f, config.columnExponent());
    }

    /** x^-exponent. */
    private static float power(float x, float exponent) {
        return (float) io.millrace.learning.Exp.exp(-exponent * FastLog.log(x + 1e-9f));
    }

    private void advance(long nowMs) {
        long halfLife = config.halfLifeMs();
        if (halfLife == 0) {
            return;
        }
        long span = SPAN * halfLife;
        long next = Math.floorDiv(nowMs, span) * span;
        if (next > landmarkMs) {
            moveTo(next);
        }
        long due = Math.floorDiv(nowMs * REFRESHES, halfLife);
        if (due > refresh) {
            refreshColumns(due);
        }
    }

    private void moveTo(long next) {
        double halfLives = (double) (next - landmarkMs) / config.halfLifeMs();
        float factor = (float) StrictMath.pow(2, -halfLives);
        landmarkMs = next;
        for (int slot = 0; slot < rows.length; slot++) {
            PartnerRow row = rows[slot];
            if (row != null) {
                row.scale(factor);
            }
            rowSums[slot] *= factor;
            clicks[slot] *= factor;
        }
        refresh = 0;
    }

    private void refreshColumns(long due) {
        refresh = due;
        columnGain = gain(due * config.halfLifeMs() / REFRESHES);
        for (int slot = 0; slot < columns.length; slot++) {
            columns[slot] = column(clicks[slot]);
        }
    }

    private void room(int slots) {
        if (slots <= rows.length) {
            return;
        }
        int old = rows.length;
        int larger = Sweep.padded(Math.max(slots, old * 2));
        rows = Arrays.copyOf(rows, larger);
        rowSums = Arrays.copyOf(rowSums, larger);
        clicks = Arrays.copyOf(clicks, larger);
        columns = Arrays.copyOf(columns, larger);
        Arrays.fill(columns, old, larger, column(0));
    }

    /** Looks through every row; items are retired rarely. */
    @Override
    public void forget(int slot) {
        if (ownsPopularity) {
            popularity.forget(slot);
        }
        if (slot >= rows.length) {
            return;
        }
        rows[slot] = null;
        rowSums[slot] = 0;
        clicks[slot] = 0;
        columns[slot] = column(0);
        for (PartnerRow row : rows) {
            if (row != null) {
                row.remove(slot);
            }
        }
    }

    @Override
    public long stateBytes() {
        long bytes = 20L * rows.length + (ownsPopularity ? popularity.stateBytes() : 0);
        for (PartnerRow row : rows) {
            bytes += row == null ? 0 : row.stateBytes();
        }
        return bytes;
    }

    @Override
    public void writeTo(DataOutput out, Catalog catalog) throws IOException {
        out.writeLong(config.halfLifeMs());
        out.writeLong(landmarkMs);
        out.writeLong(refresh);
        int slots = Math.min(catalog.slots(), rows.length);
        out.writeInt(SlotBytes.active(catalog, slots));
        for (int slot = 0; slot < slots; slot++) {
            if (catalog.isActive(slot)) {
                writeRow(slot, out, catalog);
            }
        }
        if (ownsPopularity) {
            popularity.writeTo(out, catalog);
        }
    }

    private void writeRow(int slot, DataOutput out, Catalog catalog) throws IOException {
        out.writeLong(catalog.item(slot).hash());
        out.writeFloat(rowSums[slot]);
        out.writeFloat(clicks[slot]);
        PartnerRow row = rows[slot];
        long[] cells = row == null ? NO_PARTNERS : row.sorted();
        out.writeInt(cells.length);
        for (long cell : cells) {
            out.writeLong(catalog.item(PartnerRow.partner(cell)).hash());
            out.writeFloat(PartnerRow.weight(cell));
        }
    }

    @Override
    public void readFrom(DataInput in, Catalog catalog) throws IOException {
        long halfLifeMs = in.readLong();
        InvalidSetting.require(
                halfLifeMs == config.halfLifeMs(),
                "co-occurrence.half-life",
                config.halfLifeMs(),
                halfLifeMs + " as in the stored state, or a reset");
        landmarkMs = in.readLong();
        long due = in.readLong();
        for (int items = in.readInt(); items > 0; items--) {
            readRow(in, catalog);
        }
        if (halfLifeMs > 0) {
            refreshColumns(due);
        }
        if (ownsPopularity) {
            popularity.readFrom(in, catalog);
        }
    }

    private void readRow(DataInput in, Catalog catalog) throws IOException {
        int slot = catalog.slotOf(in.readLong());
        float rowSum = in.readFloat();
        float clicked = in.readFloat();
        for (int partners = in.readInt(); partners > 0; partners--) {
            int partner = catalog.slotOf(in.readLong());
            float weight = in.readFloat();
            if (slot >= 0 && partner >= 0) {
                addPair(slot, partner, weight);
            }
        }
        if (slot >= 0) {
            addClicks(slot, clicked);
            rowSums[slot] = rowSum;
        }
    }
}
