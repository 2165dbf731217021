package io.millrace.sampling;

import io.millrace.popularity.DecayedCounts;
import io.millrace.popularity.ItemCounts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which item users click after which: decayed counts of the successors of every item, at most a fixed number each. A
 * successor that finds its list full takes the place and the count of the least one, so counts may be too high, never
 * too low.
 *
 * <p>Source: Metwally, Agrawal and El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams",
 * ICDT 2005 (space-saving).
 */
final class Transitions implements SamplerState, ItemCounts.Listener, Catalog.Listener {

    private static final class Row {
        private long[] stamps = new long[4];
        private double[] counts = new double[4];
        private int size;
    }

    private final Catalog catalog;
    private final DecayedCounts clicks;
    private final int most;
    private final Generations generations = new Generations();
    private @Nullable Row[] rows = new Row[1024];

    /** @param most successors remembered per item */
    Transitions(Catalog catalog, ItemCounts counts, int most) {
        this.catalog = catalog;
        this.most = most;
        clicks = counts.decayedClicks();
        catalog.listen(this);
        counts.listen(this);
    }

    @Override
    public String name() {
        return "transitions";
    }

    @Override
    public void clicked(long user, int slot, int previous, long atMs) {
        if (previous >= 0 && previous != slot) {
            add(row(previous), generations.stamp(slot), clicks.weightOf(atMs));
        }
    }

    private Row row(int slot) {
        if (slot >= rows.length) {
            rows = Arrays.copyOf(rows, Math.max(slot + 1, rows.length * 2));
        }
        Row row = rows[slot];
        if (row == null) {
            row = new Row();
            rows[slot] = row;
        }
        return row;
    }

    private void add(Row row, long stamp, double weight) {
        int at = 0;
        while (at < row.size && row.stamps[at] != stamp) {
            at++;
        }
        if (at == row.size) {
            at = row.size < most ? open(row) : least(row);
            row.stamps[at] = stamp;
        }
        row.counts[at] += weight;
    }

    private int open(Row row) {
        if (row.size == row.stamps.length) {
            int larger = Math.min(most, row.size * 2);
            row.stamps = Arrays.copyOf(row.stamps, larger);
            row.counts = Arrays.copyOf(row.counts, larger);
        }
        row.counts[row.size] = 0;
        return row.size++;
    }

    /** An item that has gone, or else the one with the least count. */
    private int least(Row row) {
        int least = 0;
        for (int k = 0; k < row.size; k++) {
            if (generations.slot(row.stamps[k]) < 0) {
                row.counts[k] = 0;
                return k;
            }
            least = row.counts[k] < row.counts[least] ? k : least;
        }
        return least;
    }

    /** Successors of an item, some of which may have gone. */
    int size(int slot) {
        Row row = slot >= 0 && slot < rows.length ? rows[slot] : null;
        return row == null ? 0 : row.size;
    }

    /** The k-th successor, or -1 when it has gone. */
    int successor(int slot, int k) {
        Row row = rows[slot];
        return row == null ? -1 : generations.slot(row.stamps[k]);
    }

    /** How often the k-th came next; decayed, from the landmark of the counts. */
    double count(int slot, int k) {
        Row row = rows[slot];
        return row == null ? 0 : row.counts[k];
    }

    @Override
    public void added(int slot) {}

    @Override
    public void retired(int slot) {
        generations.retired(slot);
        if (slot < rows.length) {
            rows[slot] = null;
        }
    }

    @Override
    public void changed(int slot) {}

    @Override
    public void shrank(int exponent) {
        for (Row row : rows) {
            for (int k = 0; row != null && k < row.size; k++) {
                row.counts[k] = Math.scalb(row.counts[k], -exponent);
            }
        }
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        int count = 0;
        for (int slot = 0; slot < catalog.slots(); slot++) {
            count += size(slot) > 0 ? 1 : 0;
        }
        out.writeLong(clicks.landmarkMs());
        out.writeInt(count);
        for (int slot = 0; slot < catalog.slots(); slot++) {
            if (size(slot) > 0) {
                out.writeLong(catalog.item(slot).hash());
                writeRow(slot, out);
            }
        }
    }

    private void writeRow(int slot, DataOutput out) throws IOException {
        out.writeInt(size(slot));
        for (int k = 0; k < size(slot); k++) {
            int successor = successor(slot, k);
            out.writeBoolean(successor >= 0);
            out.writeLong(successor >= 0 ? catalog.item(successor).hash() : 0);
            out.writeDouble(count(slot, k));
        }
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        Arrays.fill(rows, null);
        long landmarkMs = in.readLong();
        int count = in.readInt();
        for (int k = 0; k < count; k++) {
            int slot = catalog.slotOf(in.readLong());
            Row row = slot >= 0 ? row(slot) : new Row();
            readRow(row, landmarkMs, in);
        }
    }

    private void readRow(Row row, long landmarkMs, DataInput in) throws IOException {
        int size = in.readInt();
        for (int k = 0; k < size; k++) {
            boolean was = in.readBoolean();
            int slot = catalog.slotOf(in.readLong());
            double weight = clicks.halfLife().move(in.readDouble(), landmarkMs, clicks.landmarkMs());
            int at = row.size < most ? open(row) : least(row);
            row.stamps[at] = was && slot >= 0 ? generations.stamp(slot) : Generations.GONE;
            row.counts[at] = weight;
        }
    }

    @Override
    public long stateBytes() {
        long bytes = 8L * rows.length + generations.stateBytes();
        for (Row row : rows) {
            bytes += row == null ? 0 : 64 + 16L * row.stamps.length;
        }
        return bytes;
    }
}
