package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.app.Finding.Level;
import io.millrace.config.Configuration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.server.common.MetadataVersion;
import org.junit.jupiter.api.Test;

class BrokerChecksTest {

    private static final Map<String, Integer> FEATURES = Map.of("metadata.version", 29, "transaction.version", 2);

    private static final Map<String, Integer> TOPICS = Map.of(
            "impressions", 4, "clicks", 4, "examples", 4, "metrics", 1, "dead-letters", 1, "millrace-item-updates", 4);

    @Test
    void aHealthyClusterIsFine() {
        assertThat(findings(new Cluster(1, FEATURES, TOPICS), Map.of()))
                .allMatch(finding -> finding.level() == Level.OK);
    }

    @Test
    void topicsThatAreNotCopartitionedFailWithBothCounts() {
        Map<String, Integer> topics = new HashMap<>(TOPICS);
        topics.put("clicks", 6);
        Finding input = finding("input", new Cluster(1, FEATURES, topics), Map.of());
        assertThat(input.level()).isEqualTo(Level.FAIL);
        assertThat(input.says()).isEqualTo("impressions has 4 partitions, clicks has 6");
    }

    @Test
    void aMissingInputFailsAndAMissingOutputIsAWarning() {
        Cluster cluster = new Cluster(1, FEATURES, Map.of("impressions", 4, "examples", 4));
        assertThat(finding("input", cluster, Map.of()).says()).isEqualTo("no topic clicks");
        assertThat(finding("output", cluster, Map.of()))
                .isEqualTo(Finding.warn(
                        "output", "no topic metrics, dead-letters, millrace-item-updates", "millrace topics apply"));
    }

    @Test
    void anOldBrokerFails() {
        int first = MetadataVersion.IBP_4_0_IV0.featureLevel();
        assertThat(BrokerChecks.KAFKA_4_0).isEqualTo(first);
        Cluster old = new Cluster(1, Map.of("metadata.version", first - 1, "transaction.version", 2), TOPICS);
        assertThat(finding("version", old, Map.of()).level()).isEqualTo(Level.FAIL);
    }

    @Test
    void transactionsMatterUnderExactlyOnceOnly() {
        Cluster cluster = new Cluster(1, Map.of("metadata.version", 29), TOPICS);
        assertThat(finding("transactions", cluster, Map.of()).level()).isEqualTo(Level.WARN);
        assertThat(findings(cluster, Map.of("streams.guarantee", "at_least_once")))
                .noneMatch(finding -> finding.about().equals("transactions"));
    }

    @Test
    void replicationIsHeldAgainstTheBrokers() {
        assertThat(finding("replication", new Cluster(3, FEATURES, TOPICS), Map.of())
                        .level())
                .isEqualTo(Level.WARN);
        assertThat(finding("replication", new Cluster(2, FEATURES, TOPICS), Map.of("topics.replication", "3"))
                        .level())
                .isEqualTo(Level.FAIL);
    }

    private static List<Finding> findings(Cluster cluster, Map<String, String> set) {
        return new BrokerChecks(Configuration.load(null, set)).findings("localhost:9092", cluster);
    }

    private static Finding finding(String about, Cluster cluster, Map<String, String> set) {
        return findings(cluster, set).stream()
                .filter(finding -> finding.about().equals(about))
                .findFirst()
                .orElseThrow();
    }
}
