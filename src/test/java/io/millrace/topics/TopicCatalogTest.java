package io.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.millrace.event.InvalidSetting;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TopicCatalogTest {

    private final TopicCatalog catalog = TopicCatalog.load();

    @Test
    void theDescriptionNamesEveryTopicOnce() {
        assertThat(catalog.topics())
                .extracting(Topic::logical)
                .containsExactly("impressions", "clicks", "examples", "metrics", "dead-letters", "item-updates");
    }

    @Test
    void cleanupAndRetentionAreTopicSettings() {
        assertThat(catalog.topic("clicks").configs())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "604800000")
                .containsEntry("message.timestamp.type", "CreateTime");
    }

    @Test
    void theTopicsAsDescribedAreCoPartitioned() {
        assertThat(TopicPlan.compare(catalog, TopicOverrides.NONE, Map.of()).coPartitioningProblems())
                .isEmpty();
    }

    @Test
    void everySampleFitsItsSchema() throws Exception {
        JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
        for (Topic topic : catalog.topics()) {
            if (topic.schema() == null || topic.sample() == null) {
                continue;
            }
            JsonSchema schema = schemas.getSchema(TopicCatalog.text(topic.schema()));
            for (String line : TopicCatalog.text(topic.sample()).lines().toList()) {
                JsonNode value = new ObjectMapper().readTree(line);
                assertThat(schema.validate(value)).as(line).isEmpty();
            }
        }
    }

    @Test
    void aRenamedTopicKeepsItsLogicalName() {
        TopicCatalog renamed = catalog.rename(Map.of("clicks", "prod.clicks"));
        assertThat(renamed.name("clicks")).isEqualTo("prod.clicks");
        assertThat(renamed.name("impressions")).isEqualTo("impressions");
        assertThat(catalog.name("clicks")).isEqualTo("clicks");
    }

    @Test
    void renamesThatCannotBeAreAllTold() {
        assertThatThrownBy(() -> catalog.rename(Map.of("click", "x", "clicks", "a b")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining(
                        "topics.names.click = x, expected only the names of topics, [impressions, clicks,")
                .hasMessageContaining("topics.names.clicks = a b, expected 1 to 249 letters");
        assertThatThrownBy(() -> catalog.rename(Map.of("clicks", "impressions")))
                .hasMessageContaining("expected another name than that of impressions");
    }

    @Test
    void unequalPartitionsAreToldWithBothCounts() {
        TopicCatalog renamed = catalog.rename(Map.of("clicks", "prod.clicks"));
        assertThat(renamed.checkCoPartitioned(Map.of("impressions", 6, "prod.clicks", 4)))
                .containsExactly(
                        "partitions: impressions has 6, prod.clicks has 4, expected equal counts, because these"
                                + " topics are joined by user");
        assertThat(renamed.checkCoPartitioned(Map.of("impressions", 6, "prod.clicks", 6)))
                .isEmpty();
    }

    @Test
    void aTopicThatIsNotThereIsNotCoPartitioned() {
        assertThat(catalog.checkCoPartitioned(Map.of("impressions", 6)))
                .singleElement()
                .asString()
                .startsWith("topic clicks does not exist");
    }
}
