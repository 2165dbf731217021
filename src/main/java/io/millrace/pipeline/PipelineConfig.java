package io.millrace.pipeline;

import io.millrace.attribution.AttributionConfig;
import io.millrace.event.InvalidSetting;
import io.millrace.learning.LearningConfig;
import io.millrace.sampling.PositiveFilter;
import java.util.Map;

/**
 * What one partition does with events.
 *
 * @param actionWeights weight of a positive by action; an action that is not named weighs 1
 * @param learnOrphans true when a click without an impression is a positive all the same
 * @param negatives asked for per positive, M; 0 to 1024
 * @param maxSeen event ids remembered at most; the oldest are forgotten early, counted; at least 1
 * @param exclusionHorizonMs a click this recent, in event time, keeps its item from being drawn for the user
 * @param positives which clicks are learned from
 * @param calibration how click probabilities are made
 */
public record PipelineConfig(
        AttributionConfig attribution,
        LearningConfig learning,
        Map<String, Float> actionWeights,
        boolean learnOrphans,
        int negatives,
        int maxSeen,
        long exclusionHorizonMs,
        PositiveFilter.Config positives,
        ClickCalibration.Config calibration) {

    public PipelineConfig {
        actionWeights = Map.copyOf(actionWeights);
        InvalidSetting.Check check = new InvalidSetting.Check()
                .require(negatives >= 0 && negatives <= 1024, "sampling.negatives", negatives, "0 to 1024")
                .require(
                        exclusionHorizonMs >= 0,
                        "history.exclusion-horizon",
                        exclusionHorizonMs + " ms",
                        "0 or longer");
        check.require(
                !learning.sequences().isSequential() || positives.weight().equals("none"),
                "positives.weight",
                positives.weight(),
                "none: with learning.objective = " + learning.sequences().objective()
                        + " a pair of clicks is kept as often as both of them are, and no weight of one makes up for that");
        check.require(
                !learning.sequences().isTree() || !calibration.enabled(),
                "calibration.enabled",
                true,
                "false: with learning.objective = hierarchical-softmax a score is the logarithm of a share of clicks, and"
                        + " nothing is learned of impressions");
        actionWeights.forEach((action, weight) ->
                check.require(weight >= 0 && weight <= 1000, "actions." + action, weight, "0 to 1000"));
        check.done();
    }

    /** Learns from all clicks and makes no click probabilities. */
    public PipelineConfig(
            AttributionConfig attribution,
            LearningConfig learning,
            Map<String, Float> actionWeights,
            boolean learnOrphans,
            int negatives,
            int maxSeen,
            long exclusionHorizonMs) {
        this(
                attribution,
                learning,
                actionWeights,
                learnOrphans,
                negatives,
                maxSeen,
                exclusionHorizonMs,
                PositiveFilter.Config.NONE,
                ClickCalibration.Config.OFF);
    }

    /** With other positives and click probabilities. */
    public PipelineConfig with(PositiveFilter.Config clicks, ClickCalibration.Config probabilities) {
        return new PipelineConfig(
                attribution,
                learning,
                actionWeights,
                learnOrphans,
                negatives,
                maxSeen,
                exclusionHorizonMs,
                clicks,
                probabilities);
    }

    /** The weight of a positive of this action. */
    public float actionWeight(String action) {
        return actionWeights.getOrDefault(action, 1f);
    }
}
