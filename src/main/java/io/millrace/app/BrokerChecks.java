package io.millrace.app;

import io.millrace.config.Configuration;
import io.millrace.config.TopicSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.common.KafkaException;

/** What the doctor looks at in the cluster. */
final class BrokerChecks {

    /** The level of {@code metadata.version} that Kafka 4.0 began with. */
    static final int KAFKA_4_0 = 22;

    /** From this level of {@code transaction.version} on, a broker fences the transactions of a lost instance for good. */
    private static final int FENCING = 2;

    private static final int CONNECT_MS = 3000;

    private final Configuration configuration;
    private final TopicSettings topics;

    BrokerChecks(Configuration configuration) {
        this.configuration = configuration;
        topics = configuration.topics();
    }

    List<Finding> findings() throws InterruptedException {
        String servers = configuration.kafka().getOrDefault("bootstrap.servers", "");
        try {
            if (!answers(servers)) {
                return List.of(Finding.fail(
                        "broker", "nobody answers at " + servers, "start the broker, or set kafka.bootstrap.servers"));
            }
            return findings(servers, Cluster.ask(configuration.kafka(), names()));
        } catch (KafkaException e) {
            return List.of(Finding.fail(
                    "broker",
                    servers + " does not talk to us: " + Failures.message(e),
                    "compare security.protocol, sasl and ssl properties below kafka with the broker's"));
        }
    }

    /** A plain connection first: the client itself would try again and again, and log each time. */
    private static boolean answers(String servers) {
        List<InetSocketAddress> addresses =
                ClientUtils.parseAndValidateAddresses(List.of(servers.split(",", -1)), "use_all_dns_ips");
        return addresses.stream().anyMatch(BrokerChecks::connects);
    }

    private static boolean connects(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> names() {
        return List.of(
                topics.impressions(),
                topics.clicks(),
                topics.examples(),
                topics.metrics(),
                topics.deadLetters(),
                topics.itemUpdates());
    }

    List<Finding> findings(String servers, Cluster cluster) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("broker", servers + ", " + cluster.brokers() + " up"));
        findings.add(version(cluster.feature("metadata.version")));
        if (configuration.streams().isExactlyOnce()) {
            findings.add(transactions(cluster.feature("transaction.version")));
        }
        findings.add(replication(cluster.brokers()));
        findings.add(copartitioned(cluster.partitions()));
        findings.add(present(cluster.partitions()));
        return findings;
    }

    private static Finding version(int level) {
        return level >= KAFKA_4_0
                ? Finding.ok("version", "Kafka 4.0 or later (metadata.version " + level + ")")
                : Finding.fail(
                        "version",
                        "older than Kafka 4.0 (metadata.version " + level + ")",
                        "upgrade the brokers, then their metadata.version with kafka-features.sh");
    }

    private static Finding transactions(int level) {
        String says = "transaction.version " + level;
        return level >= FENCING
                ? Finding.ok("transactions", says)
                : Finding.warn(
                        "transactions",
                        says + ": a transaction can hang after a crash",
                        "kafka-features.sh upgrade --feature transaction.version=2");
    }

    private Finding replication(int brokers) {
        int copies = topics.replication();
        String says = copies + " copies of a topic on " + brokers + " brokers";
        if (copies > brokers) {
            return Finding.fail("replication", says, "set topics.replication to at most " + brokers);
        }
        return copies > 1 || brokers == 1
                ? Finding.ok("replication", says)
                : Finding.warn("replication", says, "set topics.replication to " + Math.min(3, brokers));
    }

    private Finding copartitioned(Map<String, Integer> partitions) {
        Integer impressions = partitions.get(topics.impressions());
        Integer clicks = partitions.get(topics.clicks());
        if (impressions == null || clicks == null) {
            String missing = impressions == null ? topics.impressions() : topics.clicks();
            return Finding.fail("input", "no topic " + missing, "millrace topics apply");
        }
        String says =
                "%s has %d partitions, %s has %d".formatted(topics.impressions(), impressions, topics.clicks(), clicks);
        return impressions.equals(clicks)
                ? Finding.ok("input", says)
                : Finding.fail("input", says, "a user's events must meet: give both topics the same number");
    }

    private Finding present(Map<String, Integer> partitions) {
        List<String> missing = new ArrayList<>(names());
        missing.remove(topics.impressions());
        missing.remove(topics.clicks());
        missing.removeAll(partitions.keySet());
        return missing.isEmpty()
                ? Finding.ok("output", "every topic is there")
                : Finding.warn("output", "no topic " + String.join(", ", missing), "millrace topics apply");
    }
}
