package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class EmbeddedBrokerIT {

    private static final long YEAR_2001_MS = 1_000_000_000_000L;
    private static final long YEAR_2096_MS = 4_000_000_000_000L;

    @TempDir
    private Path directory;

    @Test
    void recordsOutliveARestartOnAnotherPort() throws Exception {
        String firstAddress;
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            firstAddress = broker.bootstrapServers();
            createTopic(broker);
            produce(broker, "old", YEAR_2001_MS);
            produce(broker, "ahead", YEAR_2096_MS);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            assertThat(broker.bootstrapServers()).isNotEqualTo(firstAddress).startsWith("127.0.0.1:");
            produce(broker, "later", YEAR_2001_MS);
            assertThat(consume(broker, 3))
                    .extracting(ConsumerRecord::value, ConsumerRecord::timestamp)
                    .containsExactly(
                            tuple("old", YEAR_2001_MS), tuple("ahead", YEAR_2096_MS), tuple("later", YEAR_2001_MS));
        }
    }

    @Test
    void aTakenPortGivesAnotherOne() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                EmbeddedBroker broker = EmbeddedBroker.start(directory, taken.getLocalPort())) {
            assertThat(broker.bootstrapServers()).isNotEqualTo("127.0.0.1:" + taken.getLocalPort());
            createTopic(broker);
        }
    }

    @Test
    void aDirectoryServesOneBrokerAtATime() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(directory + " is in use by another broker");
            assertThat(broker.bootstrapServers()).isNotEmpty();
        }
    }

    /** The other process holds the lock, then dies without a word; what it acknowledged is there. */
    @Test
    void recordsOutliveAKilledProcess() throws Exception {
        Process process = new ProcessBuilder(command())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String address = readyLine(lines).substring("ready ".length());
            createTopic(address);
            produce(address, "acknowledged", YEAR_2001_MS);
            assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0)).hasMessageContaining("in use");
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            assertThat(consume(broker, 1)).extracting(ConsumerRecord::value).containsExactly("acknowledged");
        }
    }

    private List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerMain.class.getName(),
                directory.toString(),
                "0");
    }

    private static String readyLine(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("ready ")) {
                return line;
            }
        }
        throw new IOException("the broker process ended before it was ready");
    }

    private static void createTopic(EmbeddedBroker broker) throws Exception {
        createTopic(broker.bootstrapServers());
    }

    private static void createTopic(String address) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            NewTopic topic = new NewTopic("events", Optional.of(1), Optional.empty());
            topic.configs(Map.of("retention.ms", "-1"));
            admin.createTopics(List.of(topic)).all().get(10, TimeUnit.SECONDS);
        }
    }

    private static void produce(EmbeddedBroker broker, String value, long atMs) throws Exception {
        produce(broker.bootstrapServers(), value, atMs);
    }

    private static void produce(String address, String value, long atMs) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", address);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("events", 0, atMs, "key", value)).get(10, TimeUnit.SECONDS);
        }
    }

    private static List<ConsumerRecord<String, String>> consume(EmbeddedBroker broker, int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition("events", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            while (records.size() < count) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }
}
