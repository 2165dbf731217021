package io.millrace.app;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaException;

/**
 * What a cluster says of itself.
 *
 * @param brokers how many are up
 * @param features level in force by name, for example {@code metadata.version}
 * @param partitions by topic, of those topics that exist
 */
record Cluster(int brokers, Map<String, Integer> features, Map<String, Integer> partitions) {

    private static final String TIMEOUT_MS = "10000";

    /**
     * Asks a cluster.
     *
     * @param kafka client properties
     * @param topics to ask for
     * @throws KafkaException when it does not answer
     */
    static Cluster ask(Map<String, String> kafka, Collection<String> topics) throws InterruptedException {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.putIfAbsent("default.api.timeout.ms", TIMEOUT_MS);
        properties.putIfAbsent("request.timeout.ms", TIMEOUT_MS);
        try (Admin admin = Admin.create(properties)) {
            return new Cluster(
                    admin.describeCluster().nodes().get().size(), features(admin), partitions(admin, topics));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }

    private static Map<String, Integer> features(Admin admin) throws InterruptedException, ExecutionException {
        var levels = new TreeMap<String, Integer>();
        Map<String, FinalizedVersionRange> inForce =
                admin.describeFeatures().featureMetadata().get().finalizedFeatures();
        inForce.forEach((name, range) -> levels.put(name, (int) range.maxVersionLevel()));
        return levels;
    }

    private static Map<String, Integer> partitions(Admin admin, Collection<String> topics)
            throws InterruptedException, ExecutionException {
        Set<String> existing = new TreeSet<>(admin.listTopics().names().get());
        existing.retainAll(topics);
        var partitions = new TreeMap<String, Integer>();
        admin.describeTopics(existing)
                .allTopicNames()
                .get()
                .forEach(
                        (name, topic) -> partitions.put(name, topic.partitions().size()));
        return partitions;
    }

    int feature(String name) {
        return features.getOrDefault(name, 0);
    }
}
