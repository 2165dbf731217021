package io.millrace.topology;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches item updates before more events while learners are too far ahead of what is published. Without, a backlog of events
 * starves the updates: a poll returns what was fetched in the order it came, a fetch brings thousands of events and
 * a few updates, and commits in flight fill the heap.
 */
final class PacedConsumer extends KafkaConsumer<byte[], byte[]> {

    private static final Logger LOG = LoggerFactory.getLogger(PacedConsumer.class);
    private static final long WORTH_SAYING_MS = 30_000;

    /** What ends the waiting is mostly read by another consumer, so a poll that waits for its own records would sleep on. */
    private static final Duration HELD = Duration.ofMillis(5);

    private final String updates;
    private final BooleanSupplier isTooFar;
    private long waitingSinceMs = Long.MAX_VALUE;

    /**
     * @param updates topic of the item updates
     * @param isTooFar asked before each poll
     */
    PacedConsumer(Map<String, Object> config, String updates, BooleanSupplier isTooFar) {
        super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.updates = updates;
        this.isTooFar = isTooFar;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (!isTooFar.getAsBoolean()) {
            waitingSinceMs = Long.MAX_VALUE;
            return super.poll(timeout);
        }
        sayWhenLong();
        Set<TopicPartition> held = new HashSet<>(assignment());
        held.removeAll(paused());
        held.removeIf(partition -> partition.topic().equals(updates));
        pause(held);
        try {
            return super.poll(timeout.compareTo(HELD) < 0 ? timeout : HELD);
        } finally {
            held.retainAll(assignment());
            resume(held);
        }
    }

    private void sayWhenLong() {
        long now = System.currentTimeMillis();
        waitingSinceMs = Math.min(waitingSinceMs, now);
        if (now - waitingSinceMs > WORTH_SAYING_MS) {
            LOG.warn(
                    "no events were taken for {} s: more than {} commits of item updates are not published; see the lag of {}",
                    (now - waitingSinceMs) / 1000,
                    Lead.MOST,
                    updates);
            waitingSinceMs = now;
        }
    }
}
