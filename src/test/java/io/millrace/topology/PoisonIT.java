package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.codec.DeadLetters;
import io.millrace.event.Event;
import io.millrace.source.SyntheticStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that nobody can read are put aside with their origin, and those around them are learned from. */
@Timeout(180)
class PoisonIT {

    private record Poison(String topic, String value, String reason) {}

    private static final String HEAD = "{\"type\":\"impression\",\"id\":\"p\",\"user\":\"u-1\",";
    private static final String CLICK = "{\"type\":\"click\",\"id\":\"q\",\"user\":\"u-1\",";

    private static final List<Poison> POISON = List.of(
            new Poison("impressions", null, "null-value"),
            new Poison("impressions", "{broken", "broken-json"),
            new Poison("impressions", "", "broken-json"),
            new Poison("impressions", "\u0000\uFFFF", "broken-json"),
            new Poison("impressions", HEAD + "\"at\":1700000000000}", "missing-field"),
            new Poison("impressions", HEAD + "\"item\":\"\",\"at\":1700000000000}", "bad-id"),
            new Poison("impressions", HEAD + "\"item\":\"" + "x".repeat(257) + "\",\"at\":1700000000000}", "bad-id"),
            new Poison("impressions", HEAD + "\"item\":\"i-1\",\"at\":-5}", "bad-time"),
            new Poison("impressions", HEAD + "\"item\":\"i-1\",\"at\":99999999999999}", "future-time"),
            new Poison("impressions", HEAD + "\"item\":[1],\"at\":1700000000000}", "wrong-type"),
            new Poison("impressions", "[".repeat(5000), "wrong-type"),
            new Poison("impressions", HEAD + "\"item\":\"i-1\",\"more\":" + "[".repeat(5000), "too-deep"),
            new Poison("clicks", null, "null-value"),
            new Poison("clicks", CLICK + "\"item\":\"i-1\",\"weight\":NaN,\"at\":1700000000000}", "bad-weight"),
            new Poison("clicks", CLICK + "\"item\":\"i-1\",\"weight\":-1,\"at\":1700000000000}", "bad-weight"),
            new Poison(
                    "clicks",
                    "{\"type\":\"sneeze\",\"id\":\"q\",\"user\":\"u-1\",\"item\":\"i-1\",\"at\":1}",
                    "unknown-type"),
            new Poison("clicks", CLICK + "\"item\":\"i-1\",\"at\":99999999999999}", "future-time"));

    @TempDir
    private Path directory;

    @Test
    void poisonOnBothTopicsIsDeadLetteredWithItsOriginAndTheStreamGoesOn() throws Exception {
        SyntheticStream stream = CrashIT.stream();
        try (LiveCluster cluster = new LiveCluster(directory.resolve("broker"), 2);
                LearnerProcess learner = new LearnerProcess(directory, "one", cluster.bootstrapServers(), "");
                TopicReader deadLetters = new TopicReader(cluster.bootstrapServers(), "dead-letters");
                LedgerOracle oracle = new LedgerOracle(cluster.bootstrapServers(), "it")) {
            Map<String, Poison> sent = new TreeMap<>();
            for (Poison poison : POISON) {
                cluster.produce(slice(stream));
                sent.put(send(cluster, poison), poison);
            }
            cluster.produce(slice(stream));
            CrashIT.awaitLearned(cluster, POISON.size(), List.of(learner), oracle);
            List<ConsumerRecord<byte[], byte[]>> dead = new ArrayList<>();
            await("dead letters").atMost(Duration.ofSeconds(20)).until(() -> {
                dead.addAll(deadLetters.read());
                return dead.size() >= POISON.size();
            });
            assertThat(dead).hasSize(POISON.size());
            for (ConsumerRecord<byte[], byte[]> letter : dead) {
                Poison poison = sent.remove(origin(letter));
                assertThat(poison).as(origin(letter)).isNotNull();
                assertThat(header(letter, DeadLetters.REASON))
                        .as("%.60s", poison.value())
                        .isEqualTo(poison.reason());
                assertThat(letter.value()).isEqualTo(bytes(poison.value()));
            }
        }
    }

    private static List<Event> slice(SyntheticStream stream) {
        return Stream.generate(stream::next).limit(150).toList();
    }

    private static String send(LiveCluster cluster, Poison poison) throws Exception {
        RecordMetadata at = cluster.send(poison.topic(), bytes("u-1"), bytes(poison.value()), 1_700_000_000_000L)
                .get();
        return at.topic() + " " + at.partition() + " " + at.offset();
    }

    private static String origin(ConsumerRecord<byte[], byte[]> letter) {
        return header(letter, DeadLetters.TOPIC) + " " + header(letter, DeadLetters.PARTITION) + " "
                + header(letter, DeadLetters.OFFSET);
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? "none" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
