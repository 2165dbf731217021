package io.millrace.topology;

import io.millrace.learning.LearningConfig;
import io.millrace.pipeline.Compatibility;
import io.millrace.pipeline.PipelineConfig;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.ranking.ServedConfig;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Parameters;
import io.millrace.sampling.Sampler;
import io.millrace.sampling.Samplers;
import io.millrace.sampling.Sampling;
import java.util.List;
import java.util.Map;

/**
 * What the topology is built from.
 *
 * @param topics names of the topics it reads and writes
 * @param samplerParameters all keys below {@code sampling.}
 * @param historyClicked clicks kept per user
 * @param historyExposed unclicked exposures kept per user
 * @param userRowsPerTask user rows kept decoded by each task
 * @param itemRowsPerTask item rows of which each learner task keeps a copy though it has nothing to add to them
 * @param itemTtlMs items without events for this long are forgotten; event time, milliseconds
 * @param maxItems further new items are refused
 * @param itemPartitions partitions of {@code item-updates}
 * @param evaluationShare share of clicks ranked before they are learned, 0 to 1
 * @param cutoffs of hit rate and NDCG
 * @param evaluationWindow clicks per tumbling window
 * @param metricsIntervalMs between two records of metrics
 * @param idleFlushMs wall-clock silence after which a partition's event time is moved on
 * @param maxFutureMs events further ahead of the wall clock are refused
 * @param fields names of event fields where they differ
 * @param strictKeys true when a record's key must be its user
 * @param ranking what is served
 * @param recommendSeen true when what a user has clicked counts as recommended again
 */
public record Settings(
        TopicNames topics,
        PipelineConfig pipeline,
        HalfLife halfLife,
        String sampler,
        Parameters samplerParameters,
        int maxTries,
        int historyClicked,
        int historyExposed,
        int userRowsPerTask,
        int itemRowsPerTask,
        long itemTtlMs,
        int maxItems,
        int itemPartitions,
        double evaluationShare,
        List<Integer> cutoffs,
        int evaluationWindow,
        long metricsIntervalMs,
        long idleFlushMs,
        long maxFutureMs,
        Map<String, String> fields,
        boolean strictKeys,
        ServedConfig ranking,
        boolean recommendSeen) {

    public Settings {
        cutoffs = List.copyOf(cutoffs);
        fields = Map.copyOf(fields);
        Sampler made = Samplers.make(sampler, samplerParameters, new ItemCounts(halfLife), maxTries);
        Compatibility.check(pipeline.learning(), made, samplerParameters);
        Compatibility.checkHistory(pipeline.learning(), historyClicked);
        Compatibility.checkServed(pipeline.learning(), ranking);
    }

    public LearningConfig learning() {
        return pipeline.learning();
    }

    /** What should be known about this combination of settings before it runs. */
    public List<String> warnings() {
        return Compatibility.warnings(
                learning(), Samplers.make(sampler, samplerParameters, new ItemCounts(halfLife), maxTries));
    }

    /** The sampler as configured, on one partition's catalog and counts. */
    public Sampling makeSampling(Catalog catalog, ItemCounts counts) {
        return Samplers.make(sampler, samplerParameters, catalog, counts, maxTries);
    }

    /** The same serving another ranking. */
    public Settings serving(ServedConfig other) {
        return new Settings(
                topics,
                pipeline,
                halfLife,
                sampler,
                samplerParameters,
                maxTries,
                historyClicked,
                historyExposed,
                userRowsPerTask,
                itemRowsPerTask,
                itemTtlMs,
                maxItems,
                itemPartitions,
                evaluationShare,
                cutoffs,
                evaluationWindow,
                metricsIntervalMs,
                idleFlushMs,
                maxFutureMs,
                fields,
                strictKeys,
                other,
                recommendSeen);
    }

    /** Actual names of the topics. */
    public record TopicNames(
            String impressions,
            String clicks,
            String examples,
            String metrics,
            String deadLetters,
            String itemUpdates) {}
}
