package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.WriteBackStore;
import io.millrace.store.WriteBackStores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exactly once rests on one order of calls inside Kafka Streams: caches are flushed while a commit is prepared, before
 * the transaction is committed. When a new version calls in another order, this fails before the models drift.
 */
class WriteBackOrderTest {

    private static final String STORE = "rows";

    @TempDir
    Path directory;

    private final List<String> calls = new ArrayList<>();

    @Test
    void whatIsPutAndForwardedInTheHookIsInTheTransactionOfTheRecordThatCausedIt() {
        try (TopologyTestDriver driver = driver()) {
            TestInputTopic<byte[], byte[]> in =
                    driver.createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer());
            TestOutputTopic<byte[], byte[]> out =
                    driver.createOutputTopic("out", new ByteArrayDeserializer(), new ByteArrayDeserializer());
            TestOutputTopic<byte[], byte[]> changelog = driver.createOutputTopic(
                    MillraceInstance.changelog("order", STORE),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            for (String text : List.of("a", "b", "c")) {
                in.pipeInput(bytes(text), bytes(text));
                assertThat(texts(out)).as("forwarded in the commit of %s", text).containsExactly(text);
                assertThat(texts(changelog))
                        .as("logged in the commit of %s", text)
                        .containsExactly(text);
            }
            assertThat(calls).startsWith("process a", "prepare a", "process b", "prepare b");
        }
    }

    @Test
    void theHookRunsOncePerCommitAndWhileItIsPrepared() {
        try (TopologyTestDriver driver = driver()) {
            driver.createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer())
                    .pipeInput(bytes("a"), bytes("a"));
        }
        assertThat(calls.stream().filter(call -> call.equals("prepare a"))).hasSize(1);
        assertThat(calls).doesNotContain("elsewhere a");
    }

    private TopologyTestDriver driver() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "order");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        return new TopologyTestDriver(
                new Topology()
                        .addSource("source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "in")
                        .addProcessor("hold", () -> new Holding(calls), "source")
                        .addStateStore(WriteBackStores.writeBack(STORE, Map.of()), "hold")
                        .addSink("sink", "out", new ByteArraySerializer(), new ByteArraySerializer(), "hold"),
                properties);
    }

    private static List<String> texts(TestOutputTopic<byte[], byte[]> topic) {
        return topic.readValuesToList().stream()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Holds the last record back until the commit. */
    private static final class Holding implements Processor<byte[], byte[], byte[], byte[]> {

        private final List<String> calls;
        private Record<byte[], byte[]> held;

        Holding(List<String> calls) {
            this.calls = calls;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            WriteBackStore store = context.getStateStore(STORE);
            store.onCommit(context, () -> {
                if (held != null) {
                    calls.add((isPreparing() ? "prepare " : "elsewhere ") + text(held));
                    store.log(held.key(), held.value());
                    context.forward(held);
                    held = null;
                }
            });
        }

        private static boolean isPreparing() {
            return StackWalker.getInstance()
                    .walk(frames ->
                            frames.anyMatch(frame -> frame.getMethodName().equals("prepareCommit")));
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            calls.add("process " + text(record));
            held = record;
        }

        private static String text(Record<byte[], byte[]> record) {
            return new String(record.value(), StandardCharsets.UTF_8);
        }
    }
}
