package io.millrace.warm;

import io.millrace.event.InvalidSetting;
import io.millrace.store.RowKey;
import io.millrace.store.Watermarks;
import io.millrace.topology.ItemPartitions;
import io.millrace.topology.MillraceInstance;
import io.millrace.topology.MillraceTopology;
import io.millrace.topology.MillraceTopology.Changelog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Puts a saved state in the place of an application that has not started yet: its changelogs, and the offsets it goes on
 * from, in one transaction. An application without local state restores from its changelogs and reads on from the
 * committed offsets, so its first start is an ordinary restart. Until the transaction is committed there is no offset and
 * no row that a start could read; afterwards there are all.
 */
public final class WarmStart implements AutoCloseable {

    /**
     * The application.
     *
     * @param kafka properties of its clients
     * @param replication copies of the topics that are made
     * @param stateDir of the instance that will start, to see that it holds nothing
     */
    public record Application(
            String id,
            Map<String, String> kafka,
            String impressions,
            String clicks,
            String itemUpdates,
            short replication,
            Path stateDir) {}

    /**
     * What was put in place.
     *
     * @param offsets that the application goes on from
     */
    public record Loaded(long records, Map<TopicPartition, Long> offsets) {}

    /** As long as a broker allows by default: all records are one transaction. */
    private static final int TRANSACTION_MS = 900_000;

    private static final Duration ADMIN = Duration.ofSeconds(30);

    private final SavedState state;
    private final Path directory;
    private final Application application;
    private final Admin admin;

    public WarmStart(SavedState state, Path directory, Application application) {
        this.state = state;
        this.directory = directory;
        this.application = application;
        Map<String, Object> properties = new HashMap<>(application.kafka());
        properties.putIfAbsent("default.api.timeout.ms", Long.toString(ADMIN.toMillis()));
        admin = Admin.create(properties);
    }

    /**
     * Checks everything, then writes.
     *
     * @param atMs for a state from a file: records with this timestamp and later are still to be learned
     * @throws InvalidSetting when the application has state, or topics do not fit; nothing is written then
     */
    public Loaded load(long atMs) throws IOException, InterruptedException {
        try {
            Map<String, Integer> partitions = partitions();
            check(partitions);
            Map<TopicPartition, Long> offsets = offsets(partitions, atMs);
            create(partitions);
            return new Loaded(write(partitions, offsets), offsets);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }

    /** Partitions of the topics that exist, the application's changelogs among them. */
    private Map<String, Integer> partitions() throws ExecutionException, InterruptedException {
        Set<String> names = admin.listTopics().names().get();
        List<String> wanted = new ArrayList<>(inputs());
        MillraceTopology.changelogs().forEach(changelog -> wanted.add(topic(changelog)));
        Map<String, Integer> partitions = new TreeMap<>();
        admin.describeTopics(wanted.stream().filter(names::contains).toList())
                .allTopicNames()
                .get()
                .forEach(
                        (name, topic) -> partitions.put(name, topic.partitions().size()));
        return partitions;
    }

    private List<String> inputs() {
        return List.of(application.impressions(), application.clicks(), application.itemUpdates());
    }

    private String topic(Changelog changelog) {
        return MillraceInstance.changelog(application.id(), changelog.store());
    }

    private void check(Map<String, Integer> partitions) throws ExecutionException, InterruptedException, IOException {
        InvalidSetting.Check check = new InvalidSetting.Check();
        for (String input : inputs()) {
            check.require(
                    partitions.containsKey(input),
                    "topic " + input,
                    "missing",
                    "to exist; `millrace topics apply` creates it");
        }
        for (String input : List.of(application.impressions(), application.clicks())) {
            int count = partitions.getOrDefault(input, state.learners());
            check.require(
                    count == state.learners(),
                    "partitions of topic " + input,
                    count,
                    state.learners() + ", as the state was saved; save it again with --set topics.partitions=" + count);
        }
        checkChangelogs(partitions, check);
        checkNoState(partitions, check);
        check.done();
    }

    /** Those that exist already: into a partition that is missing nothing can be written, and a further one stops a start. */
    private void checkChangelogs(Map<String, Integer> partitions, InvalidSetting.Check check) {
        for (Changelog changelog : MillraceTopology.changelogs()) {
            String topic = topic(changelog);
            int expected = count(changelog, partitions);
            int count = partitions.getOrDefault(topic, expected);
            String like = changelog.ofItems() ? application.itemUpdates() : application.impressions();
            check.require(
                    count == expected,
                    "partitions of topic " + topic,
                    count,
                    expected + ", one for each of " + like + "; delete the topic, and it is created");
        }
    }

    private void checkNoState(Map<String, Integer> partitions, InvalidSetting.Check check)
            throws ExecutionException, InterruptedException, IOException {
        Set<TopicPartition> committed = admin.listConsumerGroupOffsets(
                        application.id(), new ListConsumerGroupOffsetsOptions().requireStable(true))
                .partitionsToOffsetAndMetadata()
                .get()
                .keySet();
        String cure = "none; give the application another application-id and topics.item-updates, or reset it";
        check.require(committed.isEmpty(), "committed offsets of " + application.id(), committed.size(), cure);
        for (Changelog changelog : MillraceTopology.changelogs()) {
            String topic = topic(changelog);
            long records = partitions.containsKey(topic) ? records(topic, partitions.get(topic)) : 0;
            check.require(
                    records == 0,
                    "records in " + topic,
                    records,
                    "none; if an earlier warm start broke off, delete the topic, else choose another application-id");
        }
        Path local = application.stateDir().resolve(application.id());
        check.require(isEmpty(local), "state-dir", local, "one that holds no state of this application; delete it");
    }

    private static boolean isEmpty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return true;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    private long records(String topic, int partitions) throws ExecutionException, InterruptedException {
        return ends(topic, partitions, OffsetSpec.latest()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** By partition; -1 where there is no such record. */
    private Map<TopicPartition, Long> ends(String topic, int partitions, OffsetSpec spec)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int p = 0; p < partitions; p++) {
            asked.put(new TopicPartition(topic, p), spec);
        }
        Map<TopicPartition, Long> ends = new LinkedHashMap<>();
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
                admin.listOffsets(asked).all().get().entrySet()) {
            ends.put(end.getKey(), end.getValue().offset());
        }
        return ends;
    }

    private Map<TopicPartition, Long> offsets(Map<String, Integer> partitions, long atMs)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (String topic : inputs()) {
            int count = partitions.getOrDefault(topic, 0);
            Map<TopicPartition, Long> ends = ends(topic, count, OffsetSpec.latest());
            offsets.putAll(ends);
            if (!topic.equals(application.itemUpdates())) {
                offsets.putAll(state.offsets().isEmpty() ? later(topic, count, atMs, ends) : saved(topic, count, ends));
            }
        }
        return offsets;
    }

    /** The first record at or after a time, or the end where there is none. */
    private Map<TopicPartition, Long> later(String topic, int count, long atMs, Map<TopicPartition, Long> ends)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> found = ends(topic, count, OffsetSpec.forTimestamp(atMs));
        found.replaceAll((partition, offset) -> offset < 0 ? ends.getOrDefault(partition, 0L) : offset);
        return found;
    }

    private Map<TopicPartition, Long> saved(String topic, int count, Map<TopicPartition, Long> ends)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> begins = ends(topic, count, OffsetSpec.earliest());
        InvalidSetting.Check check = new InvalidSetting.Check();
        Map<TopicPartition, Long> offsets = new HashMap<>();
        begins.forEach((partition, begin) -> {
            Long offset = state.offsets().get(partition.toString());
            long end = ends.getOrDefault(partition, 0L);
            check.require(
                    offset != null && offset >= begin && offset <= end,
                    "saved offset of " + partition,
                    String.valueOf(offset),
                    begin + " to " + end + ", which the topic holds; was the state saved from these topics?");
            offsets.put(partition, offset == null ? 0 : offset);
        });
        check.done();
        return offsets;
    }

    /** As Kafka Streams would create them. */
    private void create(Map<String, Integer> partitions) throws ExecutionException, InterruptedException {
        List<NewTopic> missing = new ArrayList<>();
        for (Changelog changelog : MillraceTopology.changelogs()) {
            if (!partitions.containsKey(topic(changelog))) {
                Map<String, String> config = new HashMap<>(Map.of("message.timestamp.type", "CreateTime"));
                config.putAll(changelog.config());
                missing.add(new NewTopic(topic(changelog), count(changelog, partitions), application.replication())
                        .configs(config));
            }
        }
        admin.createTopics(missing).all().get();
    }

    private int count(Changelog changelog, Map<String, Integer> partitions) {
        return changelog.ofItems() ? partitions.getOrDefault(application.itemUpdates(), 1) : state.learners();
    }

    private long write(Map<String, Integer> partitions, Map<TopicPartition, Long> offsets) throws IOException {
        Map<String, Object> properties = new HashMap<>(application.kafka());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, application.id() + "-warm-start");
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MS);
        properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 20);
        var bytes = new ByteArraySerializer();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties, bytes, bytes)) {
            producer.initTransactions();
            producer.beginTransaction();
            Records records = new Records(producer);
            try {
                for (Changelog changelog : MillraceTopology.changelogs()) {
                    send(changelog, partitions, records);
                }
                Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
                offsets.forEach((partition, offset) -> positions.put(partition, new OffsetAndMetadata(offset)));
                producer.sendOffsetsToTransaction(positions, group());
                producer.commitTransaction();
            } catch (IOException | KafkaException e) {
                producer.abortTransaction();
                throw e;
            }
            return records.count;
        }
    }

    /** The application's group without a member: the broker refuses offsets from outside once it has one. */
    private ConsumerGroupMetadata group() {
        Map<String, Object> properties = new HashMap<>(application.kafka());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, application.id());
        properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        var bytes = new ByteArrayDeserializer();
        try (KafkaConsumer<byte[], byte[]> member = new KafkaConsumer<>(properties, bytes, bytes)) {
            return member.groupMetadata();
        }
    }

    private void send(Changelog changelog, Map<String, Integer> partitions, Records records) throws IOException {
        String topic = topic(changelog);
        if (!changelog.ofItems()) {
            for (int learner = 0; learner < state.learners(); learner++) {
                int partition = learner;
                RowFile.read(
                        SavedState.file(directory, changelog.store(), learner),
                        (key, value) -> records.send(topic, partition, key, value));
            }
            return;
        }
        ItemPartitions owners = new ItemPartitions(count(changelog, partitions));
        RowFile.read(
                SavedState.items(directory),
                (key, value) -> records.send(topic, owners.of(RowKey.hash(key)), key, value));
        for (int partition = 0; partition < owners.count(); partition++) {
            records.send(topic, partition, RowKey.watermarks(), new Watermarks().write());
        }
    }

    /** What a transaction holds; its failures come out when it is committed. */
    private final class Records {

        private final KafkaProducer<byte[], byte[]> producer;
        private long count;

        Records(KafkaProducer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        @SuppressWarnings("FutureReturnValueIgnored") // the transaction fails where a record did
        void send(String topic, int partition, byte[] key, byte[] value) {
            producer.send(new ProducerRecord<>(topic, partition, Math.max(0, state.streamTimeMs()), key, value));
            count++;
        }
    }

    @Override
    public void close() {
        admin.close(ADMIN);
    }
}
