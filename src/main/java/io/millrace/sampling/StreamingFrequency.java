package io.millrace.sampling;

import io.millrace.event.Hash;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The share of an item in the stream of positives, in bounded memory and without counting all: from the gaps between its
 * sightings. A sighting at step t, one step per positive, in cell h of its hash:
 *
 * <pre>
 *   B[h] ← B[h] + a_n (t - A[h] - B[h])      a_n = max(a, 1 / n) at the n-th gap
 *   A[h] ← t
 *   p    = 1 / max_h B[h]
 * </pre>
 *
 * <p>A collision shortens gaps, so the longest of several hashes is the least polluted and p is too high, never too low,
 * on average by a / (2 - a) at most. Gaps start at the second sighting, and the first ones are averaged plainly: started
 * from 0, the estimate would be several times too high at first.
 *
 * <p>Source: Yi et al., "Sampling-Bias-Corrected Neural Modeling for Large Corpus Item Recommendations", RecSys 2019,
 * section 4. The gap is t - A; a published snippet has A alone, which estimates nothing.
 */
final class StreamingFrequency implements PositiveShare {

    private static final double LEAST = 1e-9;

    private final Catalog catalog;
    private final double rate;
    private final int hashes;
    private final int mask;
    private final long[] lastSeen;
    private final float[] gaps;
    private final short[] gapCounts;
    private long step;

    /**
     * @param rate a, 0.0001 to 0.5
     * @param cells of each hash; a power of two
     * @param hashes 1 to 8
     */
    StreamingFrequency(Catalog catalog, double rate, int cells, int hashes) {
        this.catalog = catalog;
        this.rate = rate;
        this.hashes = hashes;
        mask = cells - 1;
        lastSeen = new long[cells * hashes];
        gaps = new float[cells * hashes];
        gapCounts = new short[cells * hashes];
        Arrays.fill(lastSeen, -1);
    }

    @Override
    public String name() {
        return "logq";
    }

    @Override
    public double share(int slot) {
        return shareOf(catalog.item(slot).hash());
    }

    double shareOf(long item) {
        double longest = 0;
        for (int h = 0; h < hashes; h++) {
            int cell = cell(item, h);
            if (gapCounts[cell] == 0) {
                return Math.max(LEAST, 1.0 / (step + 1));
            }
            longest = Math.max(longest, gaps[cell]);
        }
        return Math.max(LEAST, Math.min(1, 1 / longest));
    }

    @Override
    public void clicked(long user, int slot, int previous, long atMs) {
        seen(catalog.item(slot).hash());
    }

    void seen(long item) {
        step++;
        for (int h = 0; h < hashes; h++) {
            int cell = cell(item, h);
            if (lastSeen[cell] >= 0) {
                gapCounts[cell] = (short) Math.min(Short.MAX_VALUE, gapCounts[cell] + 1);
                double weight = Math.max(rate, 1.0 / gapCounts[cell]);
                double gap = Math.max(1, step - lastSeen[cell]);
                gaps[cell] += (float) (weight * (gap - gaps[cell]));
            }
            lastSeen[cell] = step;
        }
    }

    private int cell(long item, int h) {
        return h * (mask + 1) + (int) (Hash.pair(item, h) & mask);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(step);
        for (int cell = 0; cell < lastSeen.length; cell++) {
            out.writeLong(lastSeen[cell]);
            out.writeFloat(gaps[cell]);
            out.writeShort(gapCounts[cell]);
        }
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        step = in.readLong();
        for (int cell = 0; cell < lastSeen.length; cell++) {
            lastSeen[cell] = in.readLong();
            gaps[cell] = in.readFloat();
            gapCounts[cell] = in.readShort();
        }
    }

    @Override
    public long stateBytes() {
        return 14L * lastSeen.length;
    }
}
