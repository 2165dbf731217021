package io.millrace.topology;

import io.millrace.codec.EventWriter;
import io.millrace.codec.ExampleReader;
import io.millrace.codec.LedgerExample;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;

/** The topology without a broker; what the item store logs is fed to the item table, as the consumer of a live one does. */
final class DrivenTopology implements AutoCloseable {

    private static final String APPLICATION = "driven";

    final Instance instance;
    final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> impressions;
    private final TestInputTopic<byte[], byte[]> clicks;
    private final TestOutputTopic<byte[], byte[]> examples;
    private final TestOutputTopic<byte[], byte[]> metrics;
    private final TestOutputTopic<byte[], byte[]> deadLetters;
    private final TestOutputTopic<byte[], byte[]> itemRows;
    private final EventWriter writer = new EventWriter();
    private final Settings settings;
    private final Path directory;
    private final List<KeyValue<byte[], byte[]>> published = new ArrayList<>();

    DrivenTopology(Settings settings, Path directory) {
        this(settings, directory, List.of());
    }

    private DrivenTopology(Settings settings, Path directory, List<KeyValue<byte[], byte[]>> published) {
        this.settings = settings;
        this.directory = directory;
        instance = new Instance(settings, () -> 4_000_000_000_000L);
        published.forEach(this::accept);
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        driver = new TopologyTestDriver(
                MillraceTopology.build(settings, instance), properties, Instant.ofEpochMilli(1_700_000_000_000L));
        var in = new ByteArraySerializer();
        var out = new ByteArrayDeserializer();
        impressions = driver.createInputTopic("impressions", in, in);
        clicks = driver.createInputTopic("clicks", in, in);
        examples = driver.createOutputTopic("examples", out, out);
        metrics = driver.createOutputTopic("metrics", out, out);
        deadLetters = driver.createOutputTopic("dead-letters", out, out);
        itemRows = driver.createOutputTopic(MillraceInstance.changelog(APPLICATION, Names.ITEM_ROWS), out, out);
    }

    void send(Event event) {
        send(event instanceof Impression, event.user().text(), writer.write(event), event.atMs());
    }

    void send(boolean isImpression, String user, byte[] value, long atMs) {
        TestInputTopic<byte[], byte[]> topic = isImpression ? impressions : clicks;
        topic.pipeInput(user.getBytes(StandardCharsets.UTF_8), value, Math.max(0, atMs));
        publish();
    }

    private void publish() {
        itemRows.readKeyValuesToList().forEach(this::accept);
    }

    private void accept(KeyValue<byte[], byte[]> row) {
        instance.table().accept(0, row.key, row.value);
        published.add(row);
    }

    /**
     * Another process on what this one has committed, as after a kill: the stores as they are, and the item table read
     * anew. No task of this one is closed, and it must not go on.
     */
    DrivenTopology killedAndStartedAgain(Path copy) throws IOException {
        driver.getAllStateStores().values().forEach(StateStore::close);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                Path to = copy.resolve(directory.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        return new DrivenTopology(settings, copy, published);
    }

    List<LedgerExample> examples() {
        List<LedgerExample> read = new ArrayList<>();
        ExampleReader reader = new ExampleReader();
        exampleValues().forEach(value -> read.add(reader.read(value)));
        return read;
    }

    List<byte[]> exampleValues() {
        return examples.readValuesToList();
    }

    List<byte[]> metrics() {
        return metrics.readValuesToList();
    }

    List<org.apache.kafka.streams.test.TestRecord<byte[], byte[]>> deadLetters() {
        return deadLetters.readRecordsToList();
    }

    @Override
    public void close() {
        driver.close();
    }
}
