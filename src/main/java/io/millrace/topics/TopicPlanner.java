package io.millrace.topics;

import io.millrace.topics.TopicPlan.Existing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks a cluster what it has of the description, and creates what is missing. */
public final class TopicPlanner {

    /** Replication factor that leaves the choice to the cluster's default. */
    public static final short CLUSTER_DEFAULT = -1;

    private static final long TIMEOUT_SECONDS = 30;
    private static final long LOOK_AGAIN_NS = 50_000_000L;

    private final Admin admin;

    public TopicPlanner(Admin admin) {
        this.admin = admin;
    }

    public TopicPlan plan(TopicCatalog catalog, TopicOverrides overrides) {
        Map<String, Integer> partitions =
                partitions(catalog.topics().stream().map(Topic::name).toList());
        Map<String, Map<String, String>> configs = configs(partitions.keySet());
        Map<String, Existing> cluster = new HashMap<>();
        partitions.forEach((name, count) ->
                cluster.put(name, new Existing(count, configs.getOrDefault(name, Map.of()))));
        return TopicPlan.compare(catalog, overrides, cluster);
    }

    /**
     * Creates the topics that the plan misses and leaves all others alone.
     *
     * @param replicationFactor at least 1, or {@link #CLUSTER_DEFAULT}
     * @return the names created; a topic that somebody else created meanwhile is not among them
     */
    public List<String> apply(TopicPlan plan, short replicationFactor) {
        Map<String, KafkaFuture<Void>> results = admin.createTopics(plan.missing().stream()
                        .map(topic -> creation(topic, replicationFactor))
                        .toList())
                .values();
        List<String> created = new ArrayList<>();
        results.forEach((name, result) -> {
            if (isCreated(result, name)) {
                created.add(name);
            }
        });
        awaitServed(results.keySet());
        return created;
    }

    /** A broker says that a topic is created a little before it lists it and leads its partitions. */
    private void awaitServed(Collection<String> names) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!isServed(names)) {
            if (System.nanoTime() > deadline) {
                throw new KafkaException(
                        "topics " + names + " were created, and have no leaders after " + TIMEOUT_SECONDS + " s");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NS);
        }
    }

    private boolean isServed(Collection<String> names) {
        Map<TopicPartition, OffsetSpec> all = new HashMap<>();
        partitions(names)
                .forEach((name, count) -> IntStream.range(0, count)
                        .forEach(partition -> all.put(new TopicPartition(name, partition), OffsetSpec.latest())));
        try {
            get(admin.listOffsets(all).all(), "find the leaders of topics");
            return all.keySet().stream().map(TopicPartition::topic).distinct().count() == names.size();
        } catch (RetriableException notYet) {
            return false;
        }
    }

    private static NewTopic creation(Topic topic, short replicationFactor) {
        Optional<Short> replicas =
                replicationFactor == CLUSTER_DEFAULT ? Optional.empty() : Optional.of(replicationFactor);
        return new NewTopic(topic.name(), Optional.of(topic.partitions()), replicas).configs(topic.configs());
    }

    private static boolean isCreated(KafkaFuture<Void> result, String name) {
        try {
            get(result, "create topic " + name);
            return true;
        } catch (TopicExistsException meanwhile) {
            return false;
        }
    }

    /**
     * What keeps the joined topics from being joined, as they are in the cluster now.
     *
     * @return empty when all is well; see {@link TopicCatalog#checkCoPartitioned}
     */
    public List<String> checkCoPartitioned(TopicCatalog catalog) {
        List<String> names = catalog.coPartitioned().stream()
                .flatMap(List::stream)
                .map(catalog::name)
                .toList();
        return catalog.checkCoPartitioned(partitions(names));
    }

    /** Partition counts of those of the topics that exist. */
    public Map<String, Integer> partitions(Collection<String> names) {
        Map<String, Integer> partitions = new LinkedHashMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, description) -> {
            try {
                partitions.put(
                        name,
                        get(description, "describe topic " + name).partitions().size());
            } catch (UnknownTopicOrPartitionException absent) {
                // Absence is an answer here.
            }
        });
        return partitions;
    }

    private Map<String, Map<String, String>> configs(Collection<String> names) {
        List<ConfigResource> resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<String, Map<String, String>> byName = new HashMap<>();
        get(admin.describeConfigs(resources).all(), "read topic settings")
                .forEach((resource, config) -> byName.put(resource.name(), values(config)));
        return byName;
    }

    private static Map<String, String> values(Config config) {
        Map<String, String> values = new HashMap<>();
        for (ConfigEntry entry : config.entries()) {
            if (entry.value() != null) {
                values.put(entry.name(), entry.value());
            }
        }
        return values;
    }

    private static <T> T get(KafkaFuture<T> future, String purpose) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (TimeoutException e) {
            throw new KafkaException("cannot " + purpose + " within " + TIMEOUT_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause(), purpose);
        }
    }

    private static KafkaException failure(@Nullable Throwable cause, String purpose) {
        if (cause instanceof TopicExistsException exists) {
            return exists;
        }
        if (cause instanceof UnknownTopicOrPartitionException absent) {
            return absent;
        }
        return new KafkaException("cannot " + purpose + ": " + cause, cause);
    }
}
