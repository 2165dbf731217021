package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.millrace.codec.RefusalReason;
import io.millrace.topics.TopicCatalog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the topology writes is what the schemas in {@code topics/} promise its readers. */
class TopicSchemasTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    @TempDir
    private static Path directory;

    private static List<JsonNode> examples;
    private static List<JsonNode> metrics;
    private static List<JsonNode> dead;

    @BeforeAll
    static void drive() throws IOException {
        try (DrivenTopology live = new DrivenTopology(TestSettings.settings(1, 1000), directory)) {
            MillraceTopologyTest.synthetic(1500).forEach(live::send);
            for (String bad :
                    List.of("", "{", "[]", "{\"user\":7}", "{\"user\":\"u\",\"item\":\"i\"}", "{\"items\":[]}")) {
                live.send(true, "u", bad.getBytes(StandardCharsets.UTF_8), 1_700_000_000_000L);
                live.send(false, "u", bad.getBytes(StandardCharsets.UTF_8), 1_700_000_000_000L);
            }
            examples = read(live.exampleValues());
            metrics = read(live.metrics());
            dead = live.deadLetters().stream()
                    .<JsonNode>map(TopicSchemasTest::asPrinted)
                    .toList();
        }
    }

    @Test
    void everyExampleFitsItsSchema() {
        fit("example", examples);
        assertThat(textsOf(examples, "kind")).contains("positive", "exposed-negative");
    }

    @Test
    void everyRecordOfMetricsFitsItsSchemaAndTheFirstHasNoMeansYet() {
        fit("metrics", metrics);
        assertThat(metrics).hasSizeGreaterThan(5);
        assertThat(metrics.get(0).at("/metrics/learned/recall@10").isNull()).isTrue();
        JsonNode last = metrics.get(metrics.size() - 1);
        assertThat(last.at("/metrics/learned/recall@10").isNumber()).isTrue();
        assertThat(last.path("evaluated").asLong()).isPositive();
    }

    @Test
    void metricsAreAnIntervalOfEventTimeApart() {
        long beforeMs = 0;
        for (JsonNode record : metrics) {
            long atMs = record.path("streamTime").asLong();
            assertThat(atMs - beforeMs)
                    .isGreaterThanOrEqualTo(TestSettings.settings(1, 1000).metricsIntervalMs());
            beforeMs = atMs;
        }
    }

    @Test
    void theSampleOfMetricsHasEveryFieldThatIsWrittenAndNoOther() throws IOException {
        JsonNode sample = JSON.readTree(TopicCatalog.text("samples/metrics.json"));
        JsonNode last = metrics.get(metrics.size() - 1);
        assertThat(fields(sample)).as(last.toString()).isEqualTo(fields(last));
    }

    @Test
    void everyDeadLetterFitsItsSchema() {
        fit("dead-letter", dead);
        assertThat(dead).hasSize(12);
    }

    @Test
    void theSchemaOfDeadLettersNamesEveryReasonAndNoOther() throws IOException {
        Set<String> reasons = new TreeSet<>();
        for (RefusalReason reason : RefusalReason.values()) {
            reasons.add(reason.code());
        }
        JsonNode schema = JSON.readTree(TopicCatalog.text("schemas/dead-letter.json"));
        Set<String> named = new TreeSet<>();
        schema.at("/properties/headers/properties/millrace.reason/enum").forEach(reason -> named.add(reason.asText()));
        assertThat(named).isEqualTo(reasons);
    }

    private static void fit(String schemaName, List<JsonNode> values) {
        JsonSchema schema = SCHEMAS.getSchema(TopicCatalog.text("schemas/" + schemaName + ".json"));
        assertThat(values).isNotEmpty();
        values.forEach(
                value -> assertThat(schema.validate(value)).as(value.toString()).isEmpty());
    }

    /** As strict a reader as there is: NaN and Infinity are no JSON, and as texts the schemas refuse them. */
    private static List<JsonNode> read(List<byte[]> values) throws IOException {
        List<JsonNode> read = new ArrayList<>();
        for (byte[] value : values) {
            read.add(JSON.readTree(value));
        }
        return read;
    }

    private static ObjectNode asPrinted(TestRecord<byte[], byte[]> record) {
        ObjectNode node = JSON.createObjectNode();
        ObjectNode headers = node.putObject("headers");
        for (Header header : record.headers()) {
            headers.put(header.key(), text(header.value()));
        }
        return node.put("key", text(record.key())).put("value", text(record.value()));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Set<String> textsOf(List<JsonNode> values, String field) {
        Set<String> texts = new TreeSet<>();
        values.forEach(value -> texts.add(value.path(field).asText()));
        return texts;
    }

    /** Names of all fields, as paths. */
    private static Set<String> fields(JsonNode node) {
        Set<String> paths = new TreeSet<>();
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            paths.add(name);
            fields(node.path(name)).forEach(below -> paths.add(name + "/" + below));
        }
        return paths;
    }
}
