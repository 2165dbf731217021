package io.millrace.app;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.config.Configuration;
import io.millrace.event.InvalidSetting;
import io.millrace.query.QueryConfig;
import io.millrace.query.QueryServer;
import io.millrace.query.Ranking;
import io.millrace.query.Scoring;
import io.millrace.serving.InstanceMetrics;
import io.millrace.serving.ServedItems;
import io.millrace.serving.ServedRanking;
import io.millrace.serving.ServedRouting;
import io.millrace.serving.ServedStatus;
import io.millrace.serving.ServedUsers;
import io.millrace.serving.TreeScoring;
import io.millrace.topics.TopicCatalog;
import io.millrace.topics.TopicPlanner;
import io.millrace.topology.MillraceInstance;
import io.millrace.topology.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;

/** A process of Millrace: streams and HTTP server on one configuration. */
final class RunningMillrace implements AutoCloseable {

    private final MillraceInstance instance;
    private final QueryServer server;

    private RunningMillrace(MillraceInstance instance, QueryServer server) {
        this.instance = instance;
        this.server = server;
    }

    /**
     * Checks the topics and starts everything.
     *
     * @throws InvalidSetting when a topic is missing or topics do not fit together
     */
    static RunningMillrace start(Configuration configuration) {
        Map<String, Integer> partitions = checkTopics(configuration);
        Settings settings = Wiring.settings(
                configuration,
                partitions.getOrDefault(configuration.topics().clicks(), 1),
                partitions.getOrDefault(configuration.topics().itemUpdates(), 1));
        QueryConfig query = withPort(Wiring.query(configuration));
        String advertised =
                query.advertised().isEmpty() ? configuration.query().advertised(query.port()) : query.advertised();
        MillraceInstance instance =
                new MillraceInstance(settings, configuration.kafka(), Wiring.streams(configuration, advertised));
        PrometheusMeterRegistry registry = registry();
        InstanceMetrics.register(registry, instance);
        ServedItems items =
                new ServedItems(instance.instance().table(), settings.learning().dimension(), settings.halfLife());
        QueryServer server = QueryServer.start(
                query,
                items,
                new ServedUsers(instance, settings.learning()),
                new ServedRouting(instance, HostInfo.buildFromEndpoint(advertised)),
                new ServedStatus(instance, settings, configuration.identity().applicationId()),
                ranking(settings, instance, items),
                scoring(settings, instance, items),
                registry);
        instance.start();
        return new RunningMillrace(instance, server);
    }

    private static Ranking ranking(Settings settings, MillraceInstance instance, ServedItems items) {
        return settings.ranking().isEmbedding()
                ? Ranking.byEmbedding(items)
                : new ServedRanking(instance, settings.ranking().served());
    }

    private static Scoring scoring(Settings settings, MillraceInstance instance, ServedItems items) {
        return settings.learning().sequences().isTree() ? new TreeScoring(instance) : Scoring.byEmbedding(items);
    }

    private static QueryConfig withPort(QueryConfig query) {
        int port = query.port() == 0 ? Ports.any(query.host()) : query.port();
        return new QueryConfig(
                query.host(),
                port,
                query.advertised(),
                query.token(),
                query.insecure(),
                query.maxK(),
                query.timeoutMs(),
                query.threads());
    }

    private static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        return registry;
    }

    /** Every topic must be there, and those that are joined must have as many partitions; returns the numbers. */
    private static Map<String, Integer> checkTopics(Configuration configuration) {
        TopicCatalog topics = Wiring.topics(configuration);
        try (Admin admin = Admin.create(new HashMap<>(configuration.kafka()))) {
            TopicPlanner planner = new TopicPlanner(admin);
            List<String> names =
                    topics.topics().stream().map(topic -> topic.name()).toList();
            Map<String, Integer> partitions = planner.partitions(names);
            List<String> problems = new ArrayList<>();
            for (String name : names) {
                if (!partitions.containsKey(name)) {
                    problems.add("topic " + name + " = missing, expected to exist; `millrace topics apply` creates it");
                }
            }
            if (hasJoinedTopics(topics, partitions)) {
                problems.addAll(topics.checkCoPartitioned(partitions));
            }
            if (!problems.isEmpty()) {
                throw new InvalidSetting(problems);
            }
            return partitions;
        }
    }

    /** One that is missing has been named already. */
    private static boolean hasJoinedTopics(TopicCatalog topics, Map<String, Integer> partitions) {
        return topics.coPartitioned().stream()
                .flatMap(List::stream)
                .map(topics::name)
                .allMatch(partitions::containsKey);
    }

    MillraceInstance instance() {
        return instance;
    }

    /** True when streams run and the item table is complete. */
    boolean isReady() {
        return instance.isTableCaughtUp() && instance.streams().state() == KafkaStreams.State.RUNNING;
    }

    /** Where the HTTP server answers, as http://host:port. */
    String url() {
        return server.url();
    }

    @Override
    public void close() {
        instance.close();
        server.close();
    }
}
