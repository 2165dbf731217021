package io.millrace.popularity;

import java.util.Arrays;

/**
 * Forward-decayed counts by slot, all kept from one landmark; see {@link HalfLife}. A landmark moves when event time has
 * passed the next one, O(slots), once per {@value HalfLife#SPAN} half-lives. Not thread-safe.
 */
public final class DecayedCounts {

    /** When so small a part is left after a removal, what is left is mostly rounding and is added up anew. */
    private static final double CANCELLED = 0x1p-20;

    private final HalfLife halfLife;
    private double[] counts = new double[16];
    private double total;
    private long landmarkMs;

    /** The last event time that was weighed, and its weight: a slate or a burst shares one power. */
    private long weighedMs = Long.MIN_VALUE;

    private double weight;

    public DecayedCounts(HalfLife halfLife) {
        this.halfLife = halfLife;
    }

    public HalfLife halfLife() {
        return halfLife;
    }

    public long landmarkMs() {
        return landmarkMs;
    }

    /** Moves the landmark if {@code nowMs} has passed the next one; returns by how many powers of two counts shrank. */
    public int advance(long nowMs) {
        long next = halfLife.landmark(nowMs);
        if (next <= landmarkMs) {
            return 0;
        }
        long from = landmarkMs;
        landmarkMs = next;
        weighedMs = Long.MIN_VALUE;
        for (int slot = 0; slot < counts.length; slot++) {
            counts[slot] = halfLife.move(counts[slot], from, next);
        }
        total = sum();
        return (int) Math.min(2000, (next - from) / halfLife.ms());
    }

    /** What one event at {@code atMs} weighs from the present landmark. */
    public double weightOf(long atMs) {
        if (atMs != weighedMs) {
            weighedMs = atMs;
            weight = halfLife.weight(atMs, landmarkMs);
        }
        return weight;
    }

    /** Adds landmark-weighted events to a slot; may be negative when a count is moved elsewhere. */
    public void add(int slot, double landmarkWeight) {
        if (slot >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(slot + 1, counts.length * 2));
        }
        counts[slot] += landmarkWeight;
        total += landmarkWeight;
        if (landmarkWeight < 0 && total < -landmarkWeight * CANCELLED) {
            total = sum();
        }
    }

    private double sum() {
        double sum = 0;
        for (double count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Sets a slot to a count kept from {@code fromLandmarkMs}. */
    public void set(int slot, double count, long fromLandmarkMs) {
        add(slot, halfLife.move(count, fromLandmarkMs, landmarkMs) - get(slot));
    }

    /** The count of a slot, kept from {@link #landmarkMs}; 0 when nothing was counted. */
    public double get(int slot) {
        return slot < counts.length ? counts[slot] : 0;
    }

    public double total() {
        return total;
    }

    /** The count of a slot in events of today. */
    public double valueAt(int slot, long nowMs) {
        return halfLife.valueAt(get(slot), landmarkMs, nowMs);
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        return 8L * counts.length;
    }
}
