package io.millrace.store;

import io.millrace.event.EntityId;

/**
 * One item's published row, or one item's part of an update, unpacked. Reused; whoever keeps something copies it.
 */
public final class ItemRow {

    /** What {@link #item} is before the first row. */
    private static final EntityId NONE = EntityId.of("");

    public EntityId item = NONE;

    /** The slot a learner gave the item; restored where it is free, so that draws continue as before a restart. */
    public int slot;

    public long exposures;
    public long clicks;
    public double decayedExposures;
    public double decayedClicks;

    /** From when the decayed counts are kept, epoch milliseconds. */
    public long landmarkMs;

    /** Event time of the last event counted, epoch milliseconds. */
    public long lastMs;

    public int updates;

    /** Moves of any float: steps as a target and as a context. */
    public int changes;

    public long digest;

    /** False when only counts are known: the floats are then at their start. */
    public boolean hasFloats;

    /** Of an update: the bias its learner started the row at; NaN where it did not. */
    public float startBias = Float.NaN;

    public final float[] vectors;
    public final float[] scalars;

    public ItemRow(int vectorStride, int scalarStride) {
        vectors = new float[vectorStride];
        scalars = new float[scalarStride];
    }

    /** True of an update by a learner to whom the item was new. */
    public boolean hasStart() {
        return !Float.isNaN(startBias);
    }
}
