package io.millrace.topology;

import io.millrace.event.EntityId;
import io.millrace.store.RowKey;
import io.millrace.store.WriteBackStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running process of Millrace: the streams, the item table and what they say of themselves. */
public final class MillraceInstance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MillraceInstance.class);

    /** A table that comes no further for this long is a fault to be seen, not to be waited for. */
    private static final Duration STALLED = Duration.ofMinutes(4);

    /** What {@link #close()} gives the streams to commit and stop; whoever ends the process must wait longer. */
    public static final Duration CLOSE = Duration.ofSeconds(25);

    /** Records of a changelog that are being read back. */
    public record Restore(String store, int partition, long restored, long total) {}

    private final Settings settings;
    private final Instance instance;
    private final KafkaStreams streams;
    private final ItemTableFeed feed;
    private final InputEnds ends;
    private final Map<TopicPartition, Restore> restores = new ConcurrentHashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final StaleTransactions stale;
    private volatile @Nullable Throwable failure;

    /**
     * @param clientConfig of every Kafka client, passed on as it is; names the brokers
     * @param streamsConfig of Kafka Streams; names the application
     */
    public MillraceInstance(Settings settings, Map<String, String> clientConfig, Map<String, Object> streamsConfig) {
        this.settings = settings;
        settings.warnings().forEach(LOG::warn);
        instance = new Instance(settings, System::currentTimeMillis);
        Topology topology = MillraceTopology.build(settings, instance);
        Properties properties = properties(clientConfig, streamsConfig);
        String application = properties.getProperty(StreamsConfig.APPLICATION_ID_CONFIG);
        feed = new ItemTableFeed(
                new HashMap<>(clientConfig),
                changelog(application, Names.ITEM_ROWS),
                instance.table(),
                ended::countDown);
        instance.awaitTableWith(() -> feed.awaitCaughtUp(STALLED));
        streams = new KafkaStreams(
                topology, properties, new PacedClients(settings.topics().itemUpdates(), instance::isTooFarAhead));
        ends = new InputEnds(new HashMap<>(clientConfig));
        stale = new StaleTransactions(threads(properties));
        streams.setUncaughtExceptionHandler(this::failed);
        streams.setGlobalStateRestoreListener(new Restores());
        streams.setStateListener((now, before) -> {
            LOG.info("streams {}", now);
            if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
                ended.countDown();
            }
        });
    }

    /** The changelog topic of a store. */
    public static String changelog(String application, String store) {
        return application + "-" + store + "-changelog";
    }

    private static Properties properties(Map<String, String> clientConfig, Map<String, Object> streamsConfig) {
        Properties properties = new Properties();
        clientConfig.forEach(properties::put);
        // Streams takes these as text or number; the user's own values win where both are set.
        properties.putIfAbsent(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.putIfAbsent(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        prefer(properties, StreamsConfig.PRODUCER_PREFIX, ProducerConfig.LINGER_MS_CONFIG, 5);
        prefer(properties, StreamsConfig.PRODUCER_PREFIX, ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        prefer(properties, StreamsConfig.PRODUCER_PREFIX, ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
        prefer(properties, StreamsConfig.CONSUMER_PREFIX, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        prefer(properties, StreamsConfig.CONSUMER_PREFIX, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2000);
        // A consumer has one fetch under way with a broker: one that waits for item updates keeps events from being
        // fetched.
        prefer(properties, StreamsConfig.CONSUMER_PREFIX, ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
        streamsConfig.forEach(properties::put);
        return properties;
    }

    /** Sets a client's value where the user has not said it, with the prefix or without. */
    private static void prefer(Properties properties, String prefix, String key, Object value) {
        if (!properties.containsKey(key)) {
            properties.putIfAbsent(prefix + key, value);
        }
    }

    private static int threads(Properties properties) {
        return Integer.parseInt(String.valueOf(properties.getOrDefault(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1)));
    }

    private StreamThreadExceptionResponse failed(Throwable cause) {
        if (stale.mayReplace(cause, System.currentTimeMillis())) {
            LOG.warn(
                    "a stream thread starts over from what is committed: the brokers ended its transaction, which they do when an instance has slept or was out of reach for longer than {}",
                    ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        LOG.error("a stream thread ended", cause);
        failure = cause;
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    public void start() {
        feed.start();
        streams.start();
    }

    public Instance instance() {
        return instance;
    }

    public KafkaStreams streams() {
        return streams;
    }

    /**
     * The row of a user of this instance as it is learned by now; null when there is none.
     *
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException while the user's partition is not readable here, or its
     *     learner does not get on
     */
    public byte @Nullable [] userRow(String user) {
        KeyQueryMetadata owner = ownerOf(user);
        var query = StoreQueryParameters.fromNameAndType(Names.USERS, new StoredRows());
        WriteBackStore store = streams.store(owner.partition() >= 0 ? query.withPartition(owner.partition()) : query);
        return store.get(RowKey.of(EntityId.of(user).hash()));
    }

    /** Who owns a user, by the key its events carry. */
    public KeyQueryMetadata ownerOf(String user) {
        return streams.queryMetadataForKey(
                Names.USERS, user.getBytes(StandardCharsets.UTF_8), new ByteArraySerializer());
    }

    /** All instances of the application. */
    public Collection<StreamsMetadata> instances() {
        return streams.metadataForAllStreamsClients();
    }

    public String clicksTopic() {
        return settings.topics().clicks();
    }

    /** About how many users the stores of this instance hold. */
    public long approximateUsers() {
        try {
            return streams.store(StoreQueryParameters.fromNameAndType(Names.USERS, new StoredUserCounts()));
        } catch (InvalidStateStoreException e) {
            return 0;
        }
    }

    /** Position and end of an input partition. */
    public record Lag(String topic, int partition, long position, long end) {}

    /** How far this instance's commits are behind in each input partition it reads; ends are as of the last call. */
    public List<Lag> lags() {
        List<Lag> lags = new ArrayList<>();
        List<TopicPartition> read = new ArrayList<>();
        for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
            for (TaskMetadata task : thread.activeTasks()) {
                task.endOffsets().forEach((partition, end) -> {
                    read.add(partition);
                    lags.add(new Lag(
                            partition.topic(),
                            partition.partition(),
                            Math.max(0, task.committedOffsets().getOrDefault(partition, 0L)),
                            Math.max(ends.of(partition), end)));
                });
            }
        }
        ends.refresh(read);
        lags.sort(Comparator.comparing(Lag::topic).thenComparing(Lag::partition));
        return lags;
    }

    public boolean isTableCaughtUp() {
        return feed.isCaughtUp();
    }

    /** Records of the item table read, and to read before it is caught up. */
    public long[] tableProgress() {
        return feed.progress();
    }

    /** Stores being restored now, by changelog partition. */
    public Map<TopicPartition, Restore> restores() {
        return restores;
    }

    /** Why the instance ended by itself; null when it did not. */
    public @Nullable Throwable failure() {
        Throwable streamFailure = failure;
        return streamFailure != null ? streamFailure : feed.failure();
    }

    /** Waits until streams or item table have ended, by failure or by {@link #close}; false when the time ran out first. */
    public boolean awaitEnd(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        close(CLOSE);
    }

    /** Commits what was learned and stops; a static member keeps its partitions for a restart. */
    public void close(Duration timeout) {
        streams.close(CloseOptions.timeout(timeout));
        feed.close();
        ends.close();
    }

    private final class Restores implements StateRestoreListener {

        @Override
        public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
            restores.put(partition, new Restore(store, partition.partition(), 0, Math.max(0, to - from)));
        }

        @Override
        public void onBatchRestored(TopicPartition partition, String store, long offset, long count) {
            restores.computeIfPresent(
                    partition, (key, was) -> new Restore(store, key.partition(), was.restored() + count, was.total()));
        }

        @Override
        public void onRestoreEnd(TopicPartition partition, String store, long total) {
            restores.remove(partition);
            if (total > 0) {
                LOG.info("restored {} records of {} partition {}", total, store, partition.partition());
            }
        }
    }
}
