package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.codec.EventWriter;
import io.millrace.event.Dislike;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.store.RowKey;
import io.millrace.store.UserRowFormat;
import io.millrace.store.WriteBackStore;
import io.millrace.store.WriteBackStores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When users are logged, within one commit of many events. A dislike touches its user at once. */
class EarlyLogTest {

    private static final String APPLICATION = "early";
    private static final int MANY = LearnerTask.LOGGED_TOGETHER;

    @TempDir
    Path directory;

    /** How many users were logged after each event of a commit, that is before its end. */
    private final List<Long> loggedBefore = new ArrayList<>();

    private final EventWriter writer = new EventWriter();
    private TopologyTestDriver driver;
    private TestOutputTopic<byte[], byte[]> changelog;
    private int events;

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void atLeastOnceLogsNobodyBeforeTheCommit() {
        open(StreamsConfig.AT_LEAST_ONCE);
        commit(users(0, 2 * MANY + 1), users(0, 3));

        assertThat(loggedBefore).hasSize(2 * MANY + 4).containsOnly(0L);
        Map<String, List<byte[]>> logged = logged();
        assertThat(logged).hasSize(2 * MANY + 1);
        assertThat(logged.values()).allSatisfy(rows -> assertThat(rows).hasSize(1));
        assertThat(steps(logged.get("u0"))).containsExactly(2);
        assertLastIsTheRow(logged);
    }

    @Test
    void exactlyOnceLogsThemWheneverSoManyWereTouched() {
        open(StreamsConfig.EXACTLY_ONCE_V2);
        commit(users(0, 2 * MANY + 1));

        List<Long> expected = new ArrayList<>(Collections.nCopies(MANY - 1, 0L));
        expected.addAll(Collections.nCopies(MANY, (long) MANY));
        expected.addAll(Collections.nCopies(2, 2L * MANY));
        assertThat(loggedBefore).isEqualTo(expected);
        Map<String, List<byte[]>> logged = logged();
        assertThat(logged).hasSize(2 * MANY + 1);
        assertThat(logged.values()).allSatisfy(rows -> assertThat(rows).hasSize(1));
        assertLastIsTheRow(logged);
    }

    /** The count is that of users: one who is touched again and again makes no more of them. */
    @Test
    void oneUserLessIsLoggedInTheCommit() {
        open(StreamsConfig.EXACTLY_ONCE_V2);
        commit(users(0, MANY - 1), users(0, MANY - 1));

        assertThat(loggedBefore).containsOnly(0L);
        Map<String, List<byte[]>> logged = logged();
        assertThat(logged).hasSize(MANY - 1);
        assertThat(logged.values()).allSatisfy(rows -> assertThat(steps(rows)).containsExactly(2));
        assertLastIsTheRow(logged);
    }

    @Test
    void whoIsTouchedAgainAfterTheEarlyLogIsLoggedAgainAndTheLastIsTheRow() {
        open(StreamsConfig.EXACTLY_ONCE_V2);
        commit(users(0, MANY), users(7, 8), users(7, 8));

        assertThat(loggedBefore.get(MANY - 1)).isEqualTo(MANY);
        Map<String, List<byte[]>> logged = logged();
        assertThat(logged).hasSize(MANY);
        assertLastIsTheRow(logged);
        assertThat(steps(logged.remove("u7"))).containsExactly(1, 3);
        assertThat(logged.values()).allSatisfy(rows -> assertThat(steps(rows)).containsExactly(1));

        commit(users(7, 8));
        logged = logged();
        assertThat(steps(logged.get("u7"))).containsExactly(4);
        assertLastIsTheRow(logged);
    }

    private void open(String guarantee) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        driver = new TopologyTestDriver(topology(), properties);
        var bytes = new ByteArrayDeserializer();
        changelog = driver.createOutputTopic(MillraceInstance.changelog(APPLICATION, Names.USERS), bytes, bytes);
    }

    /** The learner's half, with room for all users in memory. */
    private Topology topology() {
        Settings settings = TestSettings.settings(1, 10 * MANY);
        Instance instance = new Instance(settings, () -> 4_000_000_000_000L);
        var in = new ByteArrayDeserializer();
        var out = new ByteArraySerializer();
        Topology topology = new Topology()
                .addSource(Names.EVENTS, in, in, settings.topics().clicks())
                .addProcessor(Names.LEARN, () -> new OneCommit(new LearnerProcessor(settings, instance)), Names.EVENTS)
                .addStateStore(WriteBackStores.writeBack(Names.USERS, Map.of()), Names.LEARN);
        for (String store : List.of(Names.PENDING, Names.SEEN, Names.LEARNER_NOTES, Names.RANKING)) {
            topology.addStateStore(WriteBackStores.plain(store, Map.of()), Names.LEARN);
        }
        for (String sink : List.of(Names.EXAMPLES, Names.METRICS, Names.DEAD_LETTERS, Names.SEND_UPDATES)) {
            topology.addSink(sink, sink, out, out, Names.LEARN);
        }
        return topology;
    }

    /** The driver commits after each record, so a record has a line for each event of the commit. */
    private final class OneCommit implements Processor<byte[], byte[], byte[], byte[]> {

        private final LearnerProcessor learner;
        private WriteBackStore users;

        OneCommit(LearnerProcessor learner) {
            this.learner = learner;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            users = context.getStateStore(Names.USERS);
            learner.init(context);
        }

        @Override
        public void process(Record<byte[], byte[]> commit) {
            new String(commit.value(), StandardCharsets.UTF_8).lines().forEach(event -> {
                learner.process(commit.withValue(event.getBytes(StandardCharsets.UTF_8)));
                loggedBefore.add(users.approximateNumEntries());
            });
        }

        @Override
        public void close() {
            learner.close();
        }
    }

    private static IntStream users(int from, int to) {
        return IntStream.range(from, to);
    }

    private void commit(IntStream... users) {
        String lines = Stream.of(users)
                .flatMapToInt(some -> some)
                .mapToObj(user -> new String(writer.write(dislike("u" + user)), StandardCharsets.UTF_8))
                .collect(Collectors.joining("\n"));
        driver.createInputTopic("clicks", new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new byte[0], lines.getBytes(StandardCharsets.UTF_8));
    }

    private Event dislike(String user) {
        events++;
        return new Dislike(
                EntityId.of("e" + events), EntityId.of(user), EntityId.of("i" + events % 50), 1, 1_000_000 + events);
    }

    /** The rows that the changelog got since it was last asked, by user, in order. */
    private Map<String, List<byte[]>> logged() {
        Map<String, List<byte[]>> rows = new HashMap<>();
        for (KeyValue<byte[], byte[]> record : changelog.readKeyValuesToList()) {
            String user = new UserRowFormat().read(record.value).user().text();
            assertThat(record.key).isEqualTo(key(user));
            rows.computeIfAbsent(user, u -> new ArrayList<>()).add(record.value);
        }
        return rows;
    }

    private static List<Integer> steps(List<byte[]> rows) {
        return rows.stream().map(row -> new UserRowFormat().read(row).updates()).toList();
    }

    /** That of memory, where the learner has it; it is what queries are told. */
    private void assertLastIsTheRow(Map<String, List<byte[]>> logged) {
        WriteBackStore users = (WriteBackStore) driver.getStateStore(Names.USERS);
        assertThat(logged)
                .allSatisfy(
                        (user, rows) -> assertThat(rows.get(rows.size() - 1)).isEqualTo(users.get(key(user))));
    }

    private static byte[] key(String user) {
        return RowKey.of(EntityId.of(user).hash());
    }
}
