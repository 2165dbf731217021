package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.config.Configuration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What cannot run is refused when it is started, and the refusal says how to cure it. */
@Timeout(100)
class RefusedStartIT {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private EmbeddedBroker broker;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void topicsThatAreNotCoPartitionedAreRefusedNamingBothCounts() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("clicks", Optional.of(3), Optional.empty())))
                    .all()
                    .get();
        }
        assertThat(millrace("topics", "apply")).isEqualTo(2);
        assertThat(err.toString()).contains("impressions has 2, clicks has 3");
        assertThat(millrace("run")).isEqualTo(2);
        assertThat(err.toString()).contains("topics apply");
    }

    @Test
    void everyMissingTopicIsNamedWithTheCommandThatCreatesIt() {
        assertThat(millrace("run")).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(6)
                .allMatch(line -> line.endsWith("expected to exist; `millrace topics apply` creates it"));
        assertThat(err.toString()).contains("topic impressions = missing", "topic refused-item-updates = missing");
    }

    @Test
    void everyBadSettingIsNamedAndNothingStarts() throws Exception {
        Path file = Files.writeString(directory.resolve("bad.yaml"), "learning.dimension: 3\nqueri.port: 1\n");
        assertThat(run("run", "--config", file.toString(), "--set", "sampling.negatives=0"))
                .isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(3);
        assertThat(err.toString())
                .contains("learning.dimension = 3, expected", "queri.port = 1", "sampling.negatives = 0, expected");
    }

    @Test
    void rowsOfAnotherDimensionAreRefusedWithTheCure() throws Exception {
        assertThat(millrace("topics", "apply", "--keep-for-ever")).isZero();
        learnOnce();
        for (String dimension : List.of("32", "15")) {
            int code = millrace("run", "--set", "learning.dimension=" + dimension);
            assertThat(code).isNotZero();
            assertThat(err.toString()).contains("learning.dimension", "application-id");
        }
    }

    private void learnOnce() throws Exception {
        try (RunningMillrace running = RunningMillrace.start(Configuration.load(config(), Map.of()));
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (int k = 0; k < 20; k++) {
                String click = "{\"type\":\"click\",\"id\":\"c" + k + "\",\"user\":\"u\",\"item\":\"i" + k
                        + "\",\"at\":" + (1_700_000_000_000L + 60_000L * k) + "}";
                producer.send(new ProducerRecord<>("clicks", null, 1_700_000_000_000L, "u", click))
                        .get();
            }
            await("rows are published")
                    .atMost(Duration.ofSeconds(50))
                    .until(() -> running.instance().instance().table().size() >= 10);
        }
    }

    private Path config() throws java.io.IOException {
        Path file = directory.resolve("good.yaml");
        Files.writeString(
                file, """
                application-id: refused
                instance-id: one
                state-dir: %s
                kafka.bootstrap.servers: %s
                streams.session-timeout: 6s
                topics.partitions: 2
                attribution.click-wait: 1s
                learning.dimension: 16
                query.port: 0
                """.formatted(directory.resolve("state"), broker.bootstrapServers()), StandardCharsets.UTF_8);
        return file;
    }

    private int millrace(String... command) {
        try {
            List<String> all = new ArrayList<>(List.of(command));
            all.addAll(List.of("--config", config().toString()));
            return run(all.toArray(String[]::new));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private int run(String... args) {
        err.getBuffer().setLength(0);
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }
}
