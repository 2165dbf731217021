package io.millrace.popularity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Exposures and clicks of every item, plain and decayed, by slot. Whoever keeps something derived from them (a sum-tree)
 * is told which slot changed. Not thread-safe.
 */
public final class ItemCounts {

    /** Keeps something derived from the counts in step with them. */
    public interface Listener {

        /** The counts of this slot changed. */
        void changed(int slot);

        /** Every decayed count shrank by 2^{@code exponent}, and nothing else changed. */
        void shrank(int exponent);
    }

    /** Is told of each event counted here, as against counts brought from elsewhere. */
    public interface Journal {

        /** @param weight decayed weight from the present landmark */
        void exposed(int slot, double weight, long atMs);

        /** @param weight decayed weight from the present landmark */
        void clicked(int slot, double weight, long atMs);
    }

    private static final Journal NO_JOURNAL = new Journal() {
        @Override
        public void exposed(int slot, double weight, long atMs) {}

        @Override
        public void clicked(int slot, double weight, long atMs) {}
    };

    private final DecayedCounts decayedExposures;
    private final DecayedCounts decayedClicks;
    private final List<Listener> listeners = new ArrayList<>();
    private long[] exposures = new long[16];
    private long[] clicks = new long[16];
    private int slots;
    private Journal journal = NO_JOURNAL;

    public ItemCounts(HalfLife halfLife) {
        decayedExposures = new DecayedCounts(halfLife);
        decayedClicks = new DecayedCounts(halfLife);
    }

    /** Adds a listener, told of all later changes and now of each slot that has counts. */
    public void listen(Listener listener) {
        listeners.add(listener);
        for (int slot = 0; slot < slots; slot++) {
            listener.changed(slot);
        }
    }

    public void journal(Journal journal) {
        this.journal = journal;
    }

    /** Event time has reached {@code nowMs}; moves the landmark when it has to. */
    public void advance(long nowMs) {
        int exponent = decayedClicks.advance(nowMs);
        int same = decayedExposures.advance(nowMs);
        int shrank = Math.max(exponent, same);
        if (shrank != 0) {
            for (Listener listener : listeners) {
                listener.shrank(shrank);
            }
        }
    }

    public void exposed(int slot, long atMs) {
        room(slot);
        exposures[slot]++;
        double weight = decayedExposures.weightOf(atMs);
        decayedExposures.add(slot, weight);
        journal.exposed(slot, weight, atMs);
        tell(slot);
    }

    public void clicked(int slot, long atMs) {
        room(slot);
        clicks[slot]++;
        double weight = decayedClicks.weightOf(atMs);
        decayedClicks.add(slot, weight);
        journal.clicked(slot, weight, atMs);
        tell(slot);
    }

    /**
     * Adds counts from elsewhere, for example those another partition made.
     *
     * @param decayedExposures kept from {@code fromLandmarkMs}, as is {@code decayedClicks}
     */
    public void add(
            int slot, long exposures, long clicks, double decayedExposures, double decayedClicks, long fromLandmarkMs) {
        room(slot);
        HalfLife halfLife = this.decayedClicks.halfLife();
        this.exposures[slot] += exposures;
        this.clicks[slot] += clicks;
        this.decayedExposures.add(slot, halfLife.move(decayedExposures, fromLandmarkMs, landmarkMs()));
        this.decayedClicks.add(slot, halfLife.move(decayedClicks, fromLandmarkMs, landmarkMs()));
        tell(slot);
    }

    /** Forgets the counts of a retired item. */
    public void clear(int slot) {
        room(slot);
        exposures[slot] = 0;
        clicks[slot] = 0;
        decayedExposures.set(slot, 0, landmarkMs());
        decayedClicks.set(slot, 0, landmarkMs());
        tell(slot);
    }

    public long exposures(int slot) {
        return slot < slots ? exposures[slot] : 0;
    }

    public long clicks(int slot) {
        return slot < slots ? clicks[slot] : 0;
    }

    public DecayedCounts decayedExposures() {
        return decayedExposures;
    }

    public DecayedCounts decayedClicks() {
        return decayedClicks;
    }

    /** Epoch milliseconds from which both decayed counts are kept. */
    public long landmarkMs() {
        return decayedClicks.landmarkMs();
    }

    private void room(int slot) {
        if (slot >= exposures.length) {
            int larger = Math.max(slot + 1, exposures.length * 2);
            exposures = Arrays.copyOf(exposures, larger);
            clicks = Arrays.copyOf(clicks, larger);
        }
        slots = Math.max(slots, slot + 1);
    }

    private void tell(int slot) {
        for (int k = 0; k < listeners.size(); k++) {
            listeners.get(k).changed(slot);
        }
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        return 16L * exposures.length + decayedExposures.stateBytes() + decayedClicks.stateBytes();
    }
}
