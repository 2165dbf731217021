package io.millrace.topology;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the item table from the changelog of the item store: a plain consumer of all partitions, without a group, that
 * reads what is committed. The table is caught up when it has passed the end offsets seen at its start.
 *
 * <p>Not a global store: a persistent one refuses to start again after an unclean end under exactly-once (KAFKA-21034),
 * and one cannot read a topic that the same topology writes.
 */
final class ItemTableFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ItemTableFeed.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Map<String, Object> clientConfig;
    private final String topic;
    private final ItemTable table;
    private final Runnable onFailure;
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final Thread thread;
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    private volatile @Nullable Exception failure;
    private volatile long read;
    private volatile long toRead;

    /**
     * @param onFailure called once, by the thread that feeds, when the table can follow no longer
     */
    ItemTableFeed(Map<String, Object> clientConfig, String topic, ItemTable table, Runnable onFailure) {
        this.onFailure = onFailure;
        this.clientConfig = new HashMap<>(clientConfig);
        this.clientConfig.remove(ConsumerConfig.GROUP_ID_CONFIG);
        this.clientConfig.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.clientConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.clientConfig.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        this.clientConfig.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        this.topic = topic;
        this.table = table;
        thread = new Thread(this::run, "item-table");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Waits until the table holds all that was published when the feed started.
     *
     * @param stalled without a record for this long it has failed
     */
    void awaitCaughtUp(Duration stalled) {
        long movedNs = System.nanoTime();
        long readThen = read;
        try {
            while (!caughtUp.await(1, TimeUnit.SECONDS)) {
                Exception failed = failure;
                if (failed != null) {
                    throw new IllegalStateException(failed.getMessage(), failed);
                }
                if (read != readThen) {
                    readThen = read;
                    movedNs = System.nanoTime();
                } else if (System.nanoTime() - movedNs > stalled.toNanos()) {
                    throw new IllegalStateException("the item table came no further with " + topic + " for "
                            + stalled.toSeconds() + " s: " + read + " of " + toRead + " records read");
                }
                LOG.info("item table: {} of {} records read", read, toRead);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the item table caught up", e);
        }
    }

    boolean isCaughtUp() {
        return caughtUp.getCount() == 0;
    }

    /** Records read, and those to read before the table is caught up. */
    long[] progress() {
        return new long[] {read, toRead};
    }

    @Nullable
    Exception failure() {
        return failure;
    }

    private String unreadable(Exception failed) {
        return "the item table cannot be read from " + topic + ": " + failed.getMessage();
    }

    private void run() {
        try (var client = new KafkaConsumer<>(clientConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer = client;
            follow(client);
        } catch (WakeupException e) {
            LOG.debug("item table closed");
        } catch (RuntimeException e) {
            if (!closed) {
                failure = new IllegalStateException(unreadable(e), e);
                LOG.error("item table stopped", e);
                onFailure.run();
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> client) {
        Collection<TopicPartition> partitions = awaitTopic(client);
        client.assign(partitions);
        client.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = client.endOffsets(partitions);
        Map<TopicPartition, Long> begins = client.beginningOffsets(partitions);
        toRead = ends.entrySet().stream()
                .mapToLong(end -> end.getValue() - begins.getOrDefault(end.getKey(), 0L))
                .sum();
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> record : client.poll(POLL)) {
                table.accept(record.partition(), record.key(), record.value());
                read++;
            }
            if (!isCaughtUp()
                    && ends.entrySet().stream().allMatch(end -> client.position(end.getKey()) >= end.getValue())) {
                LOG.info("item table: {} items", table.places());
                caughtUp.countDown();
            }
        }
    }

    /** The topic is made by the first instance that is assigned a task. */
    private Collection<TopicPartition> awaitTopic(Consumer<byte[], byte[]> client) {
        while (true) {
            List<PartitionInfo> found = client.partitionsFor(topic);
            if (found != null && !found.isEmpty()) {
                return found.stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
            }
            if (closed) {
                throw new WakeupException();
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    @Override
    public void close() {
        closed = true;
        KafkaConsumer<byte[], byte[]> client = consumer;
        if (client != null) {
            client.wakeup();
        }
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
