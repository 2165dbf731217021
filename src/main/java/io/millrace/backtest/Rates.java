package io.millrace.backtest;

import io.millrace.popularity.DecayedCounts;
import io.millrace.popularity.HalfLife;

/** How often items or users were shown and clicked, at several half-lives; decided impressions alone count. */
final class Rates {

    private final DecayedCounts[] shown;
    private final DecayedCounts[] clicked;

    Rates(long... halfLivesMs) {
        shown = new DecayedCounts[halfLivesMs.length];
        clicked = new DecayedCounts[halfLivesMs.length];
        for (int h = 0; h < halfLivesMs.length; h++) {
            shown[h] = new DecayedCounts(new HalfLife(halfLivesMs[h]));
            clicked[h] = new DecayedCounts(new HalfLife(halfLivesMs[h]));
        }
    }

    void add(int slot, boolean isClicked, long atMs) {
        for (int h = 0; h < shown.length; h++) {
            shown[h].advance(atMs);
            clicked[h].advance(atMs);
            shown[h].add(slot, shown[h].weightOf(atMs));
            clicked[h].add(slot, isClicked ? clicked[h].weightOf(atMs) : 0);
        }
    }

    /** Impressions of a slot as they count at {@code nowMs}; 0 for a slot below 0. */
    double shown(int halfLife, int slot, long nowMs) {
        return slot < 0 ? 0 : value(shown[halfLife], slot, nowMs);
    }

    /** The click rate of a slot, drawn to a prior by so many impressions. */
    double rate(int halfLife, int slot, long nowMs, double prior, double strength) {
        double clicks = slot < 0 ? 0 : value(clicked[halfLife], slot, nowMs);
        return (clicks + strength * prior) / (shown(halfLife, slot, nowMs) + strength);
    }

    /** All that is asked of one moment shares one power. */
    private static double value(DecayedCounts counts, int slot, long nowMs) {
        return counts.get(slot) / counts.weightOf(nowMs);
    }
}
