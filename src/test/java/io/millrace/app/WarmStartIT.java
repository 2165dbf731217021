package io.millrace.app;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import io.millrace.attribution.Balance;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.codec.EventWriter;
import io.millrace.codec.ExampleReader;
import io.millrace.codec.LedgerExample;
import io.millrace.config.Configuration;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.source.SyntheticConfig;
import io.millrace.source.SyntheticStream;
import io.millrace.store.ItemRow;
import io.millrace.store.ItemRowFormat;
import io.millrace.store.UserRowFormat;
import io.millrace.topology.ItemTable;
import io.millrace.warm.SavedRows;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a backtest learned goes on live as if both had been one. */
@Timeout(240)
class WarmStartIT {
    /** Offsets that a transaction committed are only there when its end has reached the coordinator. */
    private static final ListConsumerGroupOffsetsOptions STABLE =
            new ListConsumerGroupOffsetsOptions().requireStable(true);

    private static final int HALF = 700;
    private static final long START_MS = 1_700_000_000_000L;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final EventWriter writer = new EventWriter();
    private EmbeddedBroker broker;
    private KafkaProducer<byte[], byte[]> producer;
    private long produced;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void historyAndLiveEqualOneRun() throws Exception {
        Path config = config("warm", 1);
        done("topics", "apply", "--keep-for-ever", "--config", config.toString());
        SyntheticStream stream =
                new SyntheticStream(new SyntheticConfig(40, 150, 6, 5, 1, START_MS, 0, 0, 20_000, 60_000, 3));
        List<Event> events = Stream.generate(stream::next).limit(2 * HALF).toList();
        produce(events);
        backtest(config, "first", "--to", Long.toString(START_MS + HALF));
        backtest(config, "whole");
        List<LedgerExample> first = ledger("first");
        List<LedgerExample> whole = ledger("whole");
        assertThat(whole.subList(0, first.size())).isEqualTo(first);
        assertThat(whole.size()).isGreaterThan(first.size() + 200);

        done("warm-start", "--config", config.toString(), "--from", state("first"));
        assertThat(millrace("warm-start", "--config", config.toString(), "--from", state("first")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("committed offsets of warm", "records in warm-users-changelog");

        try (RunningMillrace running = RunningMillrace.start(Configuration.load(config, Map.of()))) {
            int expected = whole.size() - first.size();
            List<LedgerExample> live = new ArrayList<>();
            await("the second half is learned").atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                live.clear();
                live.addAll(read("examples").stream()
                        .map(record -> new ExampleReader().read(record.value()))
                        .toList());
                assertThat(live).hasSizeGreaterThanOrEqualTo(expected);
            });
            assertThat(live).isEqualTo(whole.subList(first.size(), whole.size()));
            await("its rows are published")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertItemsAgree(running));
            assertUsersAgree(running);
            assertWeightsAgree();
        }
    }

    @Test
    void anApplicationThatHasStartedOrDoesNotFitIsRefusedAndTheTopicsAreThoseOfAStart() throws Exception {
        Path config = config("cold", 2);
        done("topics", "apply", "--keep-for-ever", "--config", config.toString());
        SyntheticStream stream =
                new SyntheticStream(new SyntheticConfig(40, 150, 6, 5, 1, START_MS, 0, 0, 20_000, 60_000, 3));
        produce(Stream.generate(stream::next).limit(200).toList());
        backtest(config, "first");
        try (RunningMillrace running = RunningMillrace.start(Configuration.load(config, Map.of()))) {
            await("it learns")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> running.instance().instance().table().size() > 10);
        }
        assertThat(millrace("warm-start", "--config", config.toString(), "--from", state("first")))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("committed offsets of cold", "records in cold-item-rows-changelog", "state-dir = ");
        assertThat(millrace(
                        "warm-start",
                        "--config",
                        config.toString(),
                        "--set",
                        "learning.dimension=32",
                        "--from",
                        state("first")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("learning.dimension = 32, expected 16, with which the state was learned");
        Path other = config("other", 2);
        done("warm-start", "--config", other.toString(), "--from", state("first"));
        assertThat(changelogs("other")).isEqualTo(changelogs("cold")).hasSize(6);

        try (RunningMillrace running = RunningMillrace.start(Configuration.load(other, Map.of()))) {
            produce(Stream.generate(stream::next).limit(200).toList());
            await("the rest is learned by two partitions")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(events(running)).isEqualTo(400));
            assertThat(running.instance().instance().learners().values())
                    .hasSize(2)
                    .allSatisfy(
                            learner -> assertThat(learner.balance().balances()).isTrue());
            for (int learner = 0; learner < 2; learner++) {
                SavedRows.users(Path.of(state("first")), learner, (key, value) -> {
                    String user = new UserRowFormat().read(value).user().text();
                    assertThat(running.instance().userRow(user)).as(user).isNotNull();
                });
            }
        }
    }

    @Test
    void whateverDoesNotFitIsNamedWithItsCureAndNothingIsWritten() throws Exception {
        Path config = config("fit", 2);
        done("topics", "apply", "--config", config.toString());
        List<String> lines = List.of(
                "{\"user\":\"u1\",\"item\":\"i1\",\"at\":" + START_MS + "}",
                "{\"user\":\"u2\",\"item\":\"i2\",\"at\":" + (START_MS + 1) + "}");
        Path file = Files.write(directory.resolve("events.jsonl"), lines);
        String[] backtest = {"backtest", "--events", file.toString(), "--config", config.toString()};
        done(with(backtest, "--save-state", state("one"), "--set", "topics.partitions=1"));
        done(with(backtest, "--save-state", state("two")));

        assertThat(refusal(config, "one", "topics.impressions=absent"))
                .contains("topic absent = missing, expected to exist; `millrace topics apply` creates it");
        assertThat(refusal(config, "one"))
                .contains("partitions of topic impressions = 2, expected 1, as the state was saved")
                .contains("save it again with --set topics.partitions=2");
        assertThat(refusal(config, "two", "sampling.negatives=7", "ranking.served=embedding"))
                .contains("sampling.negatives = 7, expected 5, with which the state was learned")
                .contains("ranking.served = embedding, expected blend, with which the state was learned");
        assertThat(refusal(config, "three"))
                .contains("expected a directory that backtest --save-state wrote to its end");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(
                            new NewTopic("fit-users-changelog", 3, (short) 1),
                            new NewTopic("fit-item-rows-changelog", 1, (short) 1)))
                    .all()
                    .get();
            assertThat(refusal(config, "two"))
                    .contains("partitions of topic fit-users-changelog = 3, expected 2, one for each of impressions;")
                    .contains(
                            "partitions of topic fit-item-rows-changelog = 1, expected 2, one for each of item-updates;")
                    .contains("delete the topic, and it is created");
            assertThat(read("fit-users-changelog")).isEmpty();
            assertThat(admin.listTopics().names().get()).doesNotContain("fit-pending-changelog");
            assertThat(admin.listConsumerGroupOffsets("fit", STABLE)
                            .partitionsToOffsetAndMetadata()
                            .get())
                    .isEmpty();
        }
    }

    /** What a warm start says that refuses. */
    private String refusal(Path config, String state, String... settings) {
        List<String> command =
                new ArrayList<>(List.of("warm-start", "--config", config.toString(), "--from", state(state)));
        Stream.of(settings).forEach(setting -> command.addAll(List.of("--set", setting)));
        assertThat(millrace(command.toArray(String[]::new))).isEqualTo(2);
        return err.toString();
    }

    @Test
    void afterAFileLiveGoesOnWithTheFirstRecordsOfATime() throws Exception {
        Path config = config("file", 2);
        done("topics", "apply", "--keep-for-ever", "--config", config.toString());
        SyntheticStream stream =
                new SyntheticStream(new SyntheticConfig(40, 150, 6, 5, 1, START_MS, 0, 0, 20_000, 60_000, 3));
        List<Event> events = Stream.generate(stream::next).limit(150).toList();
        List<String> lines = events.stream()
                .limit(100)
                .map(event -> new String(writer.write(event), StandardCharsets.UTF_8))
                .toList();
        Path file = Files.write(directory.resolve("events.jsonl"), lines);
        produce(events);
        String[] backtest = {"backtest", "--events", file.toString(), "--config", config.toString()};
        assertThat(millrace(
                        with(backtest, "--save-state", state("file"), "--limit", "9", "--distinct", "--every", "2")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--limit = 9", "--distinct = true", "--every = 2");
        done(with(backtest, "--save-state", state("file")));
        Files.move(Path.of(state("file"), "seen-1.rows"), directory.resolve("seen"));
        Files.write(Path.of(state("file"), "seen-1.rows"), new byte[] {0, 0, 0, 8, 1});
        assertThat(millrace("warm-start", "--config", config.toString(), "--from", state("file")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("seen-1.rows ends early");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThat(admin.listConsumerGroupOffsets("file", STABLE)
                            .partitionsToOffsetAndMetadata()
                            .get())
                    .as("what broke off left no position")
                    .isEmpty();
            assertThat(read("file-users-changelog")).as("and no row").isEmpty();
        }
        Files.move(directory.resolve("seen"), Path.of(state("file"), "seen-1.rows"), REPLACE_EXISTING);
        Path again = config("file-again", 2);
        done("warm-start", "--config", again.toString(), "--from", state("file"), "--at", "" + (START_MS + 100));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // Asked for all partitions, a broker passes over those whose transaction it is still about to end.
            await("records before that time")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(offsets(admin, "file-again")).isEqualTo(100));
        }
    }

    private static long offsets(Admin admin, String group) throws Exception {
        return admin.listConsumerGroupOffsets(group, STABLE).partitionsToOffsetAndMetadata().get().values().stream()
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
    }

    private static long events(RunningMillrace running) {
        return running.instance().instance().learners().values().stream()
                .mapToLong(learner -> learner.balance().get(Balance.Count.IMPRESSIONS_IN)
                        + learner.balance().get(Balance.Count.CLICKS_IN)
                        + learner.balance().get(Balance.Count.DISLIKES_IN))
                .sum();
    }

    private void assertItemsAgree(RunningMillrace running) throws IOException {
        ItemTable table = running.instance().instance().table();
        ItemRow expected = new ItemRow(table.vectorStride(), table.scalarStride());
        ItemRow live = new ItemRow(table.vectorStride(), table.scalarStride());
        ItemRowFormat format = new ItemRowFormat();
        int[] compared = new int[1];
        SavedRows.items(Path.of(state("whole")), (key, value) -> {
            format.read(value, expected);
            assertThat(table.find(expected.item.hash(), live)).isTrue();
            assertThat(live.slot).isEqualTo(expected.slot);
            assertThat(live.exposures).isEqualTo(expected.exposures);
            assertThat(live.clicks).isEqualTo(expected.clicks);
            assertThat(live.decayedClicks).isCloseTo(expected.decayedClicks, withinPercentage(1e-9));
            // Live, the commit in which a row was moved dates it too.
            assertThat(live.lastMs).isGreaterThanOrEqualTo(expected.lastMs);
            assertThat(live.updates).isEqualTo(expected.updates);
            assertThat(live.digest).isEqualTo(expected.digest);
            if (expected.hasFloats) {
                assertThat(live.vectors).usingComparatorWithPrecision(1e-5f).containsExactly(expected.vectors);
                assertThat(live.scalars).usingComparatorWithPrecision(1e-4f).containsExactly(expected.scalars);
                compared[0]++;
            }
        });
        assertThat(compared[0]).isGreaterThan(30);
    }

    private void assertUsersAgree(RunningMillrace running) throws IOException {
        UserRowFormat format = new UserRowFormat();
        int[] compared = new int[1];
        SavedRows.users(Path.of(state("whole")), 0, (key, value) -> {
            UserRowFormat.Row expected = format.read(value);
            byte[] stored = running.instance().userRow(expected.user().text());
            assertThat(stored).isNotNull();
            UserRowFormat.Row live = format.read(stored);
            assertThat(live.updates()).isEqualTo(expected.updates());
            assertThat(live.digest()).isEqualTo(expected.digest());
            assertThat(live.lastMs()).isEqualTo(expected.lastMs());
            assertThat(live.vector()).usingComparatorWithPrecision(1e-5f).containsExactly(expected.vector());
            assertThat(live.clicked().size()).isEqualTo(expected.clicked().size());
            compared[0]++;
        });
        assertThat(compared[0]).isGreaterThan(30);
    }

    /** The served ranking learned from what the first half had taught it. */
    private void assertWeightsAgree() throws IOException {
        float[] live = new float[0];
        for (ConsumerRecord<byte[], byte[]> record : read("warm-ranking-changelog")) {
            live = record.key().length == 1 && record.key()[0] == 1 ? weights(record.value()) : live;
        }
        float[][] expected = new float[1][];
        SavedRows.ranking(Path.of(state("whole")), 0, (key, value) -> {
            if (key.length == 1 && key[0] == 1) {
                expected[0] = weights(value);
            }
        });
        assertThat(live).usingComparatorWithPrecision(1e-4f).containsExactly(expected[0]);
    }

    /** Version, features, buckets, hidden units; then floats of which there are two weights and two squares a bucket. */
    private static float[] weights(byte[] stored) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(stored))) {
            in.readInt();
            float[] weights = new float[2 * in.readInt()];
            in.readInt();
            in.readInt();
            for (int k = 0; k < weights.length; k++) {
                weights[k] = in.readFloat();
            }
            return weights;
        }
    }

    private void produce(List<Event> events) throws Exception {
        for (Event event : events) {
            byte[] key = event.user().text().getBytes(StandardCharsets.UTF_8);
            String topic = event instanceof Impression ? "impressions" : "clicks";
            // One order for everyone: that of the records' timestamps, no two of which are alike.
            producer.send(new ProducerRecord<>(topic, null, START_MS + produced++, key, writer.write(event)))
                    .get();
        }
    }

    private void backtest(Path config, String name, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "backtest",
                "--topics",
                "--config",
                config.toString(),
                "--out",
                directory.resolve(name).toString(),
                "--ledger",
                "--save-state",
                state(name)));
        all.addAll(List.of(more));
        done(all.toArray(String[]::new));
    }

    private String state(String name) {
        return directory.resolve(name + "-state").toString();
    }

    private List<LedgerExample> ledger(String name) throws IOException {
        ExampleReader reader = new ExampleReader();
        return Files.readAllLines(directory.resolve(name).resolve("ledger-1.jsonl")).stream()
                .map(line -> reader.read(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        var bytes = new ByteArrayDeserializer();
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                bytes,
                bytes)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    /** Partitions and settings of an application's changelogs, by store. */
    private Map<String, String> changelogs(String application) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Map<String, String> changelogs = new TreeMap<>();
            for (String topic : admin.listTopics().names().get()) {
                if (topic.startsWith(application + "-")) {
                    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
                    Map<String, String> settings = new TreeMap<>();
                    for (ConfigEntry entry : admin.describeConfigs(List.of(resource))
                            .all()
                            .get()
                            .get(resource)
                            .entries()) {
                        settings.put(entry.name(), entry.value() + " " + entry.source());
                    }
                    int partitions = admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .get(topic)
                            .partitions()
                            .size();
                    changelogs.put(topic.substring(application.length()), partitions + " " + settings);
                }
            }
            return changelogs;
        }
    }

    private Path config(String application, int partitions) throws IOException {
        return Files.writeString(directory.resolve(application + ".yaml"), """
                application-id: %s
                instance-id: one
                state-dir: %s
                kafka.bootstrap.servers: %s
                streams.session-timeout: 6s
                topics.partitions: %d
                topics.item-updates: item-updates
                attribution: {window: 1m, grace: 5s, late: 1m, click-wait: 5s, dedup-horizon: 10m}
                learning.dimension: 16
                sampling.negatives: 5
                evaluation.share: 0.5
                query.port: 0
                """.formatted(
                        application, directory.resolve("state"), broker.bootstrapServers(), partitions));
    }

    private void done(String... args) {
        assertThat(millrace(args)).as(() -> err.toString()).isZero();
    }

    private int millrace(String... args) {
        err.getBuffer().setLength(0);
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }
}
