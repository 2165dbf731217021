package io.millrace.query;

import io.millrace.pipeline.ClickCalibration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy of one user's row.
 *
 * @param embedding the vector as served: own vector plus context of the recent clicks, d floats; its dot product with an
 *     item's vector plus that item's bias is the score
 * @param recentClicks items, latest first; as many as the row remembers
 * @param updates steps the row has taken
 * @param digest XOR of the 64-bit hashes of the events it has learned from
 * @param lastMs event time of the last of them, epoch milliseconds
 * @param clicks what makes click probabilities of the user's scores; null where that is not configured
 */
@SuppressWarnings("ArrayRecordComponent")
public record UserState(
        float[] embedding,
        List<String> recentClicks,
        long updates,
        long digest,
        long lastMs,
        ClickCalibration.@Nullable Scale clicks) {}
