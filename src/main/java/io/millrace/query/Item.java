package io.millrace.query;

/**
 * A copy of one item's row.
 *
 * @param embedding target vector y, d floats
 * @param bias additive part of the score, a logit
 * @param exposures times it was shown
 * @param clicks times it was clicked
 * @param decayedExposures exposures, each halved per half-life, at {@link ItemIndex#asOfMs}
 * @param decayedClicks clicks, each halved per half-life, at {@link ItemIndex#asOfMs}
 * @param updates steps its row has taken
 * @param lastUpdatedMs event time of the last step, epoch milliseconds
 */
@SuppressWarnings("ArrayRecordComponent")
public record Item(
        String id,
        float[] embedding,
        float bias,
        long exposures,
        long clicks,
        double decayedExposures,
        double decayedClicks,
        long updates,
        long lastUpdatedMs) {}
