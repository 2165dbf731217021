package io.millrace.sampling;

import io.millrace.popularity.HalfLife;
import io.millrace.popularity.SumTree;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The exact share of an item in the decayed clicks, C_j / Σ C, with a half-life of its own: the shorter, the less it lags
 * behind the stream and the more it scatters.
 */
final class DecayedShare implements PositiveShare, Catalog.Listener {

    private final Catalog catalog;
    private final HalfLife halfLife;
    private final SumTree counts = new SumTree();
    private long landmarkMs;

    /** What a click weighs at present. */
    private double one = 1;

    DecayedShare(Catalog catalog, HalfLife halfLife) {
        this.catalog = catalog;
        this.halfLife = halfLife;
        catalog.listen(this);
    }

    @Override
    public String name() {
        return "decayed-share";
    }

    @Override
    public double share(int slot) {
        return Math.max(counts.get(slot), one) / (counts.total() + one);
    }

    @Override
    public void clicked(long user, int slot, int previous, long atMs) {
        counts.set(slot, counts.get(slot) + halfLife.weight(atMs, landmarkMs));
    }

    @Override
    public void advanced(long nowMs) {
        long landmark = halfLife.landmark(nowMs);
        if (landmark > landmarkMs) {
            counts.scale((int) -Math.min(2000, (landmark - landmarkMs) / halfLife.ms()));
            landmarkMs = landmark;
        }
        one = halfLife.weight(nowMs, landmarkMs);
    }

    @Override
    public void added(int slot) {}

    @Override
    public void retired(int slot) {
        counts.set(slot, 0);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(landmarkMs);
        out.writeDouble(one);
        int seen = 0;
        for (int slot = 0; slot < catalog.slots(); slot++) {
            seen += counts.get(slot) > 0 ? 1 : 0;
        }
        out.writeInt(seen);
        for (int slot = 0; slot < catalog.slots(); slot++) {
            if (counts.get(slot) > 0) {
                out.writeLong(catalog.item(slot).hash());
                out.writeDouble(counts.get(slot));
            }
        }
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        counts.clear();
        landmarkMs = in.readLong();
        one = in.readDouble();
        int seen = in.readInt();
        for (int k = 0; k < seen; k++) {
            int slot = catalog.slotOf(in.readLong());
            double count = in.readDouble();
            if (slot >= 0) {
                counts.set(slot, count);
            }
        }
    }

    @Override
    public long stateBytes() {
        return counts.stateBytes();
    }
}
