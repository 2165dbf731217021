package io.millrace.ranking;

import io.millrace.popularity.HalfLife;
import io.millrace.sampling.Catalog;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What was clicked lately by anyone, each click halved per half-life: on news this alone is most of the signal. Counts are
 * kept from a landmark, see {@link HalfLife}; a copy as floats, scaled by a power of two that follows event time, is what
 * the sweeps over the catalog read. Not thread-safe.
 */
public final class DecayedPopularity implements Ranker {

    /** Half-lives after which the scale of the floats is moved. */
    private static final int RESCALE = 32;

    private final HalfLife halfLife;
    private double[] counts = new double[64];
    private float[] scaled = new float[64];
    private double total;
    private long landmarkMs;
    private int shift;

    public DecayedPopularity(HalfLife halfLife) {
        this.halfLife = halfLife;
    }

    @Override
    public String name() {
        return "popularity, half-life " + halfLife.ms() / 3_600_000.0 + " h";
    }

    @Override
    public void score(Query query, float[] out) {
        prepare(query);
        System.arraycopy(scaled, 0, out, 0, query.padded());
    }

    @Override
    public void learn(Query query, int slot) {
        advance(query.atMs());
        add(slot, halfLife.weight(query.atMs(), landmarkMs));
    }

    /** Adds clicks, each weighted from {@link #landmarkMs}. */
    public void add(int slot, double landmarkWeight) {
        room(slot + 1);
        counts[slot] += landmarkWeight;
        total += landmarkWeight;
        scaled[slot] = (float) Math.scalb(counts[slot], -shift);
    }

    public long landmarkMs() {
        return landmarkMs;
    }

    /** Brings scale and room up to the query. */
    void prepare(Query query) {
        advance(query.atMs());
        room(query.padded());
    }

    /** Counts of all slots, and zeros after them, in a unit of its own that {@link #scaledTotal} shares. */
    float[] scaled() {
        return scaled;
    }

    double scaledTotal() {
        return Math.scalb(total, -shift);
    }

    private void advance(long nowMs) {
        long next = halfLife.landmark(nowMs);
        if (next > landmarkMs) {
            for (int slot = 0; slot < counts.length; slot++) {
                counts[slot] = halfLife.move(counts[slot], landmarkMs, next);
            }
            total = halfLife.move(total, landmarkMs, next);
            landmarkMs = next;
            rescale(0);
        }
        int due = (int) ((nowMs - landmarkMs) / (RESCALE * halfLife.ms())) * RESCALE;
        if (due > shift) {
            rescale(due);
        }
    }

    private void rescale(int exponent) {
        shift = exponent;
        for (int slot = 0; slot < counts.length; slot++) {
            scaled[slot] = (float) Math.scalb(counts[slot], -shift);
        }
    }

    private void room(int slots) {
        if (slots > counts.length) {
            int larger = Sweep.padded(Math.max(slots, counts.length * 2));
            counts = Arrays.copyOf(counts, larger);
            scaled = Arrays.copyOf(scaled, larger);
        }
    }

    @Override
    public void forget(int slot) {
        if (slot < counts.length) {
            total -= counts[slot];
            counts[slot] = 0;
            scaled[slot] = 0;
        }
    }

    @Override
    public long stateBytes() {
        return 12L * counts.length;
    }

    @Override
    public void writeTo(DataOutput out, Catalog catalog) throws IOException {
        out.writeLong(landmarkMs);
        out.writeDouble(total);
        int slots = Math.min(catalog.slots(), counts.length);
        out.writeInt(SlotBytes.active(catalog, slots));
        for (int slot = 0; slot < slots; slot++) {
            if (catalog.isActive(slot)) {
                out.writeLong(catalog.item(slot).hash());
                out.writeDouble(counts[slot]);
            }
        }
    }

    @Override
    public void readFrom(DataInput in, Catalog catalog) throws IOException {
        landmarkMs = in.readLong();
        double whole = in.readDouble();
        double left = 0;
        for (int items = in.readInt(); items > 0; items--) {
            int slot = catalog.slotOf(in.readLong());
            double count = in.readDouble();
            if (slot >= 0) {
                room(slot + 1);
                counts[slot] = count;
            } else {
                left += count;
            }
        }
        total = whole - left;
        rescale(0);
    }
}
