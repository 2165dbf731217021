package io.millrace.sampling;

import io.millrace.event.Hash;
import io.millrace.event.LongIndex;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * About the median of the biases of the items there are. After each positive the bias of one item is looked up, which the
 * event's hash chooses evenly from the catalog, and the last of these are kept; the median of what is kept is that of the
 * catalog up to a sample of 512, which is 2 % of the items to either side. So nothing is scanned, no step has to tell, and
 * the same events give the same median, live as in a backtest. Each partition has its own sample.
 */
public final class MedianBias implements SamplerState {

    private static final int KEPT = 512;
    private static final long PURPOSE = 0xB1A5_3D1AL;

    private final float[] biases = new float[KEPT];
    private final float[] sorted = new float[KEPT];
    private int size;
    private int next;
    private float median;
    private boolean isSorted = true;

    /** 0 before the first positive. */
    public float value() {
        if (!isSorted) {
            System.arraycopy(biases, 0, sorted, 0, size);
            Arrays.sort(sorted, 0, size);
            median = (sorted[(size - 1) / 2] + sorted[size / 2]) / 2;
            isSorted = true;
        }
        return median;
    }

    @Override
    public String name() {
        return "median-bias";
    }

    @Override
    public void learned(Draw draw, Negatives negatives) {
        int slot = chosen(draw);
        if (slot != LongIndex.ABSENT) {
            add(draw.model().bias(slot));
        }
    }

    private static int chosen(Draw draw) {
        int items = draw.catalog().size();
        long hash = Hash.pair(PURPOSE, draw.event()) >>> 33;
        return items == 0 ? LongIndex.ABSENT : draw.catalog().activeAt((int) (hash * items >>> 31));
    }

    private void add(float bias) {
        biases[next] = bias;
        next = next + 1 == KEPT ? 0 : next + 1;
        size = Math.min(size + 1, KEPT);
        isSorted = false;
    }

    /** Oldest first. */
    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(size);
        for (int k = 0; k < size; k++) {
            out.writeFloat(biases[(next - size + k + KEPT) % KEPT]);
        }
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        size = 0;
        next = 0;
        for (int left = in.readInt(); left > 0; left--) {
            add(in.readFloat());
        }
    }

    @Override
    public long stateBytes() {
        return 8L * KEPT;
    }
}
