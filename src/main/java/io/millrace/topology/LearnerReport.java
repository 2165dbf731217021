package io.millrace.topology;

import io.millrace.attribution.Balance;
import io.millrace.pipeline.ClickCalibration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a learner task says of itself at each commit.
 *
 * @param balance a copy of its join balance
 * @param metrics prequential means over all and fading, by ranker and metric
 * @param evaluated clicks ranked
 * @param users user rows in memory
 * @param items items in its catalog
 * @param inFlight commits whose updates are not all published yet
 * @param streamTimeMs largest event time, epoch milliseconds
 * @param examples written to the ledger
 * @param discarded steps not taken because a gradient was not finite
 * @param stateBytes heap held by the task's state
 * @param samplerBytes how much of that the sampler holds
 * @param samplerParts of each part of it that remembers something: bytes, and how often something else had to do
 * @param negatives by sampler: drawn for the users watched, and of those clicked by them later
 * @param clicks what makes click probabilities of scores; null where that is not configured
 */
public record LearnerReport(
        Balance balance,
        Map<String, Map<String, Double>> metrics,
        long evaluated,
        int users,
        int items,
        int inFlight,
        long streamTimeMs,
        long examples,
        long discarded,
        long stateBytes,
        long samplerBytes,
        Map<String, Map<String, Long>> samplerParts,
        Map<String, Map<String, Long>> negatives,
        ClickCalibration.@Nullable Scale clicks) {}
