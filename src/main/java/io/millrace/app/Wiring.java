package io.millrace.app;

import io.millrace.attribution.AttributionConfig;
import io.millrace.backtest.RunConfig;
import io.millrace.config.Configuration;
import io.millrace.config.EvaluationSettings;
import io.millrace.config.StreamsSettings;
import io.millrace.config.TopicSettings;
import io.millrace.pipeline.PipelineConfig;
import io.millrace.query.QueryConfig;
import io.millrace.topics.TopicCatalog;
import io.millrace.topology.RocksMemory;
import io.millrace.topology.Settings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** From the configuration to what each package takes. */
final class Wiring {

    /** Sections that say where and how fast it runs. */
    private static final Pattern NOT_LEARNED = Pattern.compile("^(kafka|streams|topics|query|memory|demo|codec)\\.");

    private Wiring() {}

    /** Ids a partition remembers at most per pending impression allowed: an event has an impression and some actions. */
    private static final int SEEN_PER_PENDING = 8;

    /**
     * @param learnerPartitions of the topics of impressions and clicks
     * @param itemPartitions of the topic of item updates
     */
    static Settings settings(Configuration configuration, int learnerPartitions, int itemPartitions) {
        TopicSettings topics = configuration.topics();
        return new Settings(
                new Settings.TopicNames(
                        topics.impressions(),
                        topics.clicks(),
                        topics.examples(),
                        topics.metrics(),
                        topics.deadLetters(),
                        topics.itemUpdates()),
                pipeline(configuration),
                configuration.popularity(),
                configuration.sampling().sampler(),
                configuration.samplerParameters(),
                configuration.sampling().maxTries(),
                configuration.history().clicked(),
                configuration.history().exposed(),
                perTask(configuration.memory().userRows(), learnerPartitions),
                perTask(configuration.memory().itemRows(), learnerPartitions),
                configuration.items().ttlMs(),
                configuration.items().maxItems(),
                itemPartitions,
                configuration.evaluation().share(),
                configuration.evaluation().k(),
                configuration.evaluation().window(),
                topics.metricsIntervalMs(),
                configuration.joins().idleFlushMs(),
                configuration.codec().maxFutureMs(),
                configuration.codecFields(),
                configuration.codec().strictKeys(),
                configuration.served(),
                configuration.evaluation().recommendSeen());
    }

    /**
     * One configuration of a backtest.
     *
     * @param every rank each n-th click instead of a share; 0 for the share
     */
    static RunConfig backtest(String name, Configuration configuration, int every) {
        EvaluationSettings evaluation = configuration.evaluation();
        return new RunConfig(
                name,
                pipeline(configuration),
                configuration.popularity(),
                configuration.sampling().sampler(),
                configuration.samplerParameters(),
                configuration.sampling().maxTries(),
                configuration.history().clicked(),
                configuration.history().exposed(),
                configuration.served(),
                new RunConfig.Measure(
                        evaluation.share(), every, evaluation.recommendSeen(), evaluation.k(), evaluation.window()),
                configuration.digest(),
                learned(configuration.flat()));
    }

    /** Where it runs is no part of what was tried. */
    static Map<String, String> learned(Map<String, String> settings) {
        Map<String, String> learned = new LinkedHashMap<>(settings);
        learned.keySet()
                .removeIf(key -> !key.contains(".") || NOT_LEARNED.matcher(key).find());
        return learned;
    }

    private static PipelineConfig pipeline(Configuration configuration) {
        Map<String, Float> actions = new LinkedHashMap<>();
        configuration.actions().forEach((action, weight) -> actions.put(action, weight.floatValue()));
        AttributionConfig attribution = configuration.attribution();
        return new PipelineConfig(
                attribution,
                configuration.learning(),
                actions,
                configuration.joins().learnOrphans(),
                configuration.sampling().negatives(),
                (int) Math.min(200_000_000L, (long) SEEN_PER_PENDING * attribution.maxPending()),
                configuration.history().exclusionHorizonMs(),
                configuration.positives(),
                configuration.calibration());
    }

    /** The rows of an instance are shared out over the tasks it may get: all partitions, when it is alone. */
    private static int perTask(int rows, int learnerPartitions) {
        return Math.max(1000, rows / learnerPartitions);
    }

    static TopicCatalog topics(Configuration configuration) {
        TopicSettings topics = configuration.topics();
        return TopicCatalog.load()
                .rename(Map.of(
                        "impressions", topics.impressions(),
                        "clicks", topics.clicks(),
                        "examples", topics.examples(),
                        "metrics", topics.metrics(),
                        "dead-letters", topics.deadLetters(),
                        "item-updates", topics.itemUpdates()));
    }

    static Map<String, Object> streams(Configuration configuration, String advertised) {
        StreamsSettings streams = configuration.streams();
        Map<String, Object> properties = new HashMap<>();
        properties.put(
                StreamsConfig.APPLICATION_ID_CONFIG, configuration.identity().applicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, configuration.identity().stateDir());
        properties.put(StreamsConfig.APPLICATION_SERVER_CONFIG, advertised);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, streams.guarantee());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, streams.commitIntervalMs());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, streams.threads());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, streams.standbys());
        properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, streams.maxTaskIdleMs());
        properties.put(
                StreamsConfig.REPLICATION_FACTOR_CONFIG, configuration.topics().replication());
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                configuration.identity().instanceId());
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), (int)
                streams.sessionTimeoutMs());
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksMemory.class.getName());
        properties.put(RocksMemory.BYTES, configuration.memory().rocksdbBytes());
        return properties;
    }

    static QueryConfig query(Configuration configuration) {
        return configuration.section("query", QueryConfig.class);
    }
}
