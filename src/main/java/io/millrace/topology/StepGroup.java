package io.millrace.topology;

import java.util.Arrays;

/**
 * What one learner did to items in one commit, by slot, as sums. While the commit is open, {@code vectors} and {@code
 * scalars} hold the rows as they were at its start; when it is closed they become the changes.
 */
final class StepGroup {

    /** By slot, where its entry is, or -1: slots are dense, and every item that changes is looked for in every group. */
    private int[] entryOf = new int[0];

    int[] slots = new int[256];
    int[] exposures = new int[256];
    int[] clicks = new int[256];
    double[] decayedExposures = new double[256];
    double[] decayedClicks = new double[256];
    long[] lastMs = new long[256];
    int[] updates = new int[256];
    int[] changes = new int[256];

    /** Of the record each entry went out with. */
    long[] sequences = new long[256];

    long[] digests = new long[256];

    /** Bias at which this learner started the item's row, NaN where it did not. */
    float[] startBiases = new float[256];

    /** Place of an entry's floats, or -1 when only counts changed. */
    int[] floatsAt = new int[256];

    float[] vectors;
    float[] scalars;
    int size;
    int floats;
    long landmarkMs;
    private long[] sentTo = new long[0];
    private final int vectorStride;
    private final int scalarStride;

    StepGroup(int vectorStride, int scalarStride) {
        this.vectorStride = vectorStride;
        this.scalarStride = scalarStride;
        vectors = new float[256 * vectorStride];
        scalars = new float[256 * scalarStride];
    }

    void clear() {
        for (int entry = 0; entry < size; entry++) {
            entryOf[slots[entry]] = -1;
        }
        size = 0;
        floats = 0;
    }

    void forgetSent(int itemPartitions) {
        sentTo = new long[itemPartitions];
    }

    void sent(int entry, int itemPartition, long sequence) {
        sequences[entry] = sequence;
        sentTo[itemPartition] = sequence;
    }

    /** Sequence of the last record of this commit to an item partition; 0 when there was none. */
    long sentTo(int itemPartition) {
        return sentTo[itemPartition];
    }

    /** The same of every item partition; does not change any more. */
    long[] sentTo() {
        return sentTo;
    }

    /** The entry of a slot, or -1. */
    int find(int slot) {
        return slot < entryOf.length ? entryOf[slot] : -1;
    }

    /** The entry of a slot if it went out after record {@code included}, or -1. */
    int findAfter(int slot, long included) {
        int at = find(slot);
        return at >= 0 && sequences[at] > included ? at : -1;
    }

    /** The entry of a slot, made now if there is none. */
    int entry(int slot) {
        int at = find(slot);
        return at >= 0 ? at : append(slot);
    }

    /** Gives an entry room for floats and returns their place. */
    int reserveFloats(int entry) {
        if ((floats + 1) * vectorStride > vectors.length) {
            vectors = Arrays.copyOf(vectors, vectors.length * 2);
            scalars = Arrays.copyOf(scalars, scalars.length * 2);
        }
        floatsAt[entry] = floats;
        return floats++;
    }

    private int append(int slot) {
        if (size == slots.length) {
            grow();
        }
        if (slot >= entryOf.length) {
            int known = entryOf.length;
            entryOf = Arrays.copyOf(entryOf, slot + 1 + Math.max(256, slot / 8));
            Arrays.fill(entryOf, known, entryOf.length, -1);
        }
        entryOf[slot] = size;
        slots[size] = slot;
        exposures[size] = 0;
        clicks[size] = 0;
        decayedExposures[size] = 0;
        decayedClicks[size] = 0;
        lastMs[size] = 0;
        updates[size] = 0;
        changes[size] = 0;
        sequences[size] = Long.MAX_VALUE;
        digests[size] = 0;
        startBiases[size] = Float.NaN;
        floatsAt[size] = -1;
        return size++;
    }

    private void grow() {
        int larger = size * 2;
        slots = Arrays.copyOf(slots, larger);
        exposures = Arrays.copyOf(exposures, larger);
        clicks = Arrays.copyOf(clicks, larger);
        decayedExposures = Arrays.copyOf(decayedExposures, larger);
        decayedClicks = Arrays.copyOf(decayedClicks, larger);
        lastMs = Arrays.copyOf(lastMs, larger);
        updates = Arrays.copyOf(updates, larger);
        changes = Arrays.copyOf(changes, larger);
        sequences = Arrays.copyOf(sequences, larger);
        digests = Arrays.copyOf(digests, larger);
        startBiases = Arrays.copyOf(startBiases, larger);
        floatsAt = Arrays.copyOf(floatsAt, larger);
    }

    int vectorAt(int entry) {
        return floatsAt[entry] * vectorStride;
    }

    int scalarAt(int entry) {
        return floatsAt[entry] * scalarStride;
    }
}
