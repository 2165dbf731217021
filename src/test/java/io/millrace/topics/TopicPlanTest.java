package io.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topics.TopicPlan.Difference;
import io.millrace.topics.TopicPlan.Existing;
import io.millrace.topics.TopicPlan.Line;
import io.millrace.topics.TopicPlan.Status;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TopicPlanTest {

    private final TopicCatalog catalog = TopicCatalog.load();

    @Test
    void nothingThereMeansCreateAll() {
        TopicPlan plan = TopicPlan.compare(catalog, TopicOverrides.NONE, Map.of());
        assertThat(plan.missing()).hasSameSizeAs(catalog.topics());
    }

    @Test
    void eachDifferenceIsToldWithKeyHaveAndWant() {
        Line line = clicks(4, Map.of("retention.ms", "1000"));
        assertThat(line.status()).isEqualTo(Status.DIFFERS);
        assertThat(line.differences()).containsExactly(new Difference("retention.ms", "1000", "604800000"));
    }

    @Test
    void settingsThatAreNotDescribedAreNobodysBusiness() {
        assertThat(clicks(4, Map.of("segment.ms", "5")).status()).isEqualTo(Status.OK);
    }

    @Test
    void listsAreEqualInAnyOrder() {
        TopicPlan plan = TopicPlan.compare(
                catalog,
                new TopicOverrides(0, Map.of("cleanup.policy", "compact,delete")),
                cluster(4, Map.of("cleanup.policy", "delete,compact")));
        assertThat(plan.lines().get(1).status()).isEqualTo(Status.OK);
    }

    @Test
    void partitionsOfOneTopicAloneBreakTheJoin() {
        TopicPlan plan = TopicPlan.compare(catalog, TopicOverrides.NONE, cluster(7, Map.of()));
        assertThat(plan.lines().get(1).status()).isEqualTo(Status.WRONG_PARTITIONS);
        assertThat(plan.coPartitioningProblems())
                .singleElement()
                .asString()
                .contains("impressions has 4, clicks has 7");
    }

    @Test
    void overridesScaleOnlyWhatIsSharded() {
        TopicPlan plan = TopicPlan.compare(catalog, TopicOverrides.keepForEver(12), Map.of());
        assertThat(plan.missing()).extracting(Topic::partitions).containsExactly(12, 12, 12, 1, 1, 12);
        assertThat(plan.missing())
                .allSatisfy(topic -> assertThat(topic.configs()).containsEntry("retention.ms", "-1"));
    }

    @Test
    void theTableSaysWhatIsToBeDone() {
        String table = TopicPlan.compare(catalog, TopicOverrides.NONE, cluster(7, Map.of("retention.ms", "5")))
                .table();
        assertThat(table.lines().toList().get(1)).startsWith("impressions ").contains("  4  create  ");
        assertThat(table.lines().toList().get(2))
                .contains("other partitions")
                .endsWith("partitions: have 7, want 4; retention.ms: have 5, want 604800000");
    }

    private Line clicks(int partitions, Map<String, String> configs) {
        return TopicPlan.compare(catalog, TopicOverrides.NONE, cluster(partitions, configs))
                .lines()
                .get(1);
    }

    /** A cluster that has the clicks topic only, as described but for {@code configs}. */
    private Map<String, Existing> cluster(int partitions, Map<String, String> configs) {
        Map<String, String> all = new HashMap<>(catalog.topic("clicks").configs());
        all.putAll(configs);
        return Map.of("clicks", new Existing(partitions, all));
    }
}
