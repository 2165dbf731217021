package io.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.topics.TopicPlan.Line;
import io.millrace.topics.TopicPlan.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TopicPlannerIT {

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;
    private Admin admin;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(directory, 0);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void applyCreatesWhatIsMissingAndLeavesTheRest() throws Exception {
        NewTopic own =
                new NewTopic("clicks", Optional.of(3), Optional.empty()).configs(Map.of("retention.ms", "1234567"));
        admin.createTopics(List.of(own)).all().get();
        TopicPlanner planner = new TopicPlanner(admin);
        TopicCatalog catalog = TopicCatalog.load();

        TopicPlan plan = planner.plan(catalog, TopicOverrides.NONE);
        assertThat(plan.table()).contains("impressions has 4, clicks has 3").contains("retention.ms: have 1234567");
        assertThat(planner.apply(plan, (short) 1)).hasSize(5).doesNotContain("clicks");
        assertThat(planner.apply(plan, (short) 1)).as("somebody was faster").isEmpty();

        assertThat(planner.plan(catalog, TopicOverrides.NONE).lines())
                .extracting(Line::status)
                .containsExactly(Status.OK, Status.WRONG_PARTITIONS, Status.OK, Status.OK, Status.OK, Status.OK);
        assertThat(planner.checkCoPartitioned(catalog))
                .singleElement()
                .asString()
                .contains("impressions has 4, clicks has 3");
        assertThat(planner.checkCoPartitioned(catalog.rename(Map.of("clicks", "nowhere"))))
                .singleElement()
                .asString()
                .startsWith("topic nowhere does not exist");
    }
}
