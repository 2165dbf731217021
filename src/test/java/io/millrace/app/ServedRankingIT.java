package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.config.Configuration;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Recommendations over HTTP are ranked by the blend that the user's partition learns, and outlive the process. */
@Timeout(150)
class ServedRankingIT {

    private static final long START_MS = 1_700_000_000_000L;

    @TempDir
    private Path directory;

    @Test
    void whatOthersClickedNextIsRecommendedBeforeAndAfterARestart() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            Path config = config(broker);
            PrintWriter silent = new PrintWriter(new StringWriter());
            assertThat(Main.commandLine(silent, silent)
                            .execute("topics", "apply", "--keep-for-ever", "--config", config.toString()))
                    .isZero();
            try (RunningMillrace running = RunningMillrace.start(Configuration.load(config, Map.of()))) {
                click(broker);
                awaitRecommendation(running);
            }
            try (RunningMillrace running = RunningMillrace.start(Configuration.load(config, Map.of()))) {
                awaitRecommendation(running);
            }
        }
    }

    /** Forty users click a and then b; others click what has nothing to do with it; the last one has clicked a alone. */
    private static void click(EmbeddedBroker broker) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            for (int k = 0; k < 40; k++) {
                send(producer, 4 * k, "reader-" + k, "a");
                send(producer, 4 * k + 1, "reader-" + k, "b");
                send(producer, 4 * k + 2, "other-" + k, "x-" + k % 5);
                send(producer, 4 * k + 3, "other-" + k, "y-" + k % 5);
            }
            send(producer, 200, "last", "a");
            // Time has to pass before a click without an impression is taken for what it is.
            send(producer, 300, "last-but-not-least", "x-1");
        }
    }

    private static void send(KafkaProducer<String, String> producer, int minute, String user, String item) {
        String click = "{\"type\":\"click\",\"id\":\"" + user + minute + "\",\"user\":\"" + user + "\",\"item\":\""
                + item + "\",\"at\":" + (START_MS + 60_000L * minute) + "}";
        producer.send(new ProducerRecord<>("clicks", null, START_MS, user, click));
    }

    private static void awaitRecommendation(RunningMillrace running) {
        await("b is recommended to who clicked a")
                .atMost(Duration.ofSeconds(50))
                .untilAsserted(() -> {
                    JsonNode answer = get(running.url() + "/v1/users/last/recommendations?k=1");
                    assertThat(answer.toString()).contains("\"rankedBy\":\"blend\"", "\"items\":[{\"item\":\"b\"");
                });
    }

    private static JsonNode get(String url) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url)).build();
        return new ObjectMapper()
                .readTree(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.ofString())
                        .body());
    }

    private Path config(EmbeddedBroker broker) throws IOException {
        return Files.writeString(
                directory.resolve("served.yaml"), """
                application-id: served
                instance-id: one
                state-dir: %s
                kafka.bootstrap.servers: %s
                streams.session-timeout: 6s
                topics.partitions: 1
                attribution.click-wait: 1s
                attribution.learn-orphans: true
                learning.dimension: 16
                query.port: 0
                """.formatted(directory.resolve("state"), broker.bootstrapServers()));
    }
}
