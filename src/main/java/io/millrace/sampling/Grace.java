package io.millrace.sampling;

import io.millrace.popularity.ItemCounts;

/**
 * Lets a new item count for less as a negative, until it has been seen so often that being left says something of it: in
 * a catalog that is drawn from evenly it would otherwise be pushed down before anybody could have clicked it.
 *
 * <p>An item has been seen as often as it was shown or, where it was clicked more often than it was shown, as it was
 * clicked: who logs no impressions has clicks alone to go by. Counts are those before the positive that is learned. Only
 * drawn negatives are spared; an impression that stayed unclicked is what an exposure is.
 */
public final class Grace {

    private final float weight;
    private final long exposures;
    private final ItemCounts counts;

    private Grace(float weight, long exposures, ItemCounts counts) {
        this.weight = weight;
        this.exposures = exposures;
        this.counts = counts;
    }

    static Grace of(Parameters parameters, ItemCounts counts) {
        return new Grace(
                (float) parameters.number("grace.weight", 0, 1),
                parameters.integer("grace.exposures", 1, 1_000_000_000),
                counts);
    }

    /** Scales the weights of the negatives that are new. */
    public void spare(Negatives negatives) {
        if (weight == 1) {
            return;
        }
        for (int k = 0; k < negatives.size(); k++) {
            if (isNew(negatives.slot(k))) {
                negatives.scaleWeight(k, weight);
            }
        }
    }

    private boolean isNew(int slot) {
        return Math.max(counts.exposures(slot), counts.clicks(slot)) < exposures;
    }
}
