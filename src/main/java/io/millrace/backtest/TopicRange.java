package io.millrace.backtest;

import io.millrace.codec.EventCodec;
import io.millrace.codec.EventTopic;
import io.millrace.codec.RecordOrigin;
import io.millrace.codec.Refused;
import io.millrace.event.Event;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The events of two topics between two times, by the records' timestamps: from the first record at or after {@code
 * fromMs} of each partition to the last before {@code toMs}, as far as the topics went when it was opened. Each
 * partition keeps its order; among partitions the record with the earliest timestamp goes first, equal ones by
 * partition, impressions before clicks.
 *
 * <p>Reads with a consumer of its own that has no group and commits nothing, so nobody else is disturbed; what
 * transactions took back is not read.
 */
public final class TopicRange implements Iterator<Event>, Closeable {

    /** Records of a partition that wait for those of slower ones, before it is paused. */
    private static final int MOST_WAITING = 20_000;

    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;
    private final EventCodec codec;
    private final String impressions;
    private final TreeMap<TopicPartition, ArrayDeque<ConsumerRecord<byte[], byte[]>>> waiting;
    private final Map<TopicPartition, Long> starts = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final ArrayDeque<Event> ahead = new ArrayDeque<>();
    private long refused;
    private long taken;
    private long expected;

    /**
     * @param kafka properties of the cluster's clients
     * @param fieldNames the sender's names of event fields, where they differ
     * @param fromMs first timestamp, epoch milliseconds; negative for the beginning
     * @param toMs timestamp to stop before, epoch milliseconds; {@link Long#MAX_VALUE} for the end
     */
    public static TopicRange open(
            Map<String, String> kafka,
            String impressions,
            String clicks,
            Map<String, String> fieldNames,
            long fromMs,
            long toMs) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.keySet().removeAll(List.of(ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        var bytes = new ByteArrayDeserializer();
        return new TopicRange(
                new KafkaConsumer<>(properties, bytes, bytes), impressions, clicks, fieldNames, fromMs, toMs);
    }

    TopicRange(
            Consumer<byte[], byte[]> consumer,
            String impressions,
            String clicks,
            Map<String, String> fieldNames,
            long fromMs,
            long toMs) {
        this.consumer = consumer;
        this.impressions = impressions;
        codec = new EventCodec(fieldNames, false);
        waiting = new TreeMap<>(Comparator.comparingInt(TopicPartition::partition)
                .thenComparing(p -> !p.topic().equals(impressions))
                .thenComparing(TopicPartition::topic));
        for (String topic : List.of(impressions, clicks)) {
            for (PartitionInfo info : consumer.partitionsFor(topic)) {
                waiting.put(new TopicPartition(topic, info.partition()), new ArrayDeque<>());
            }
        }
        consumer.assign(waiting.keySet());
        seek(fromMs, toMs);
    }

    private void seek(long fromMs, long toMs) {
        Map<TopicPartition, Long> last = consumer.endOffsets(waiting.keySet());
        Map<TopicPartition, Long> first = consumer.beginningOffsets(waiting.keySet());
        Map<TopicPartition, OffsetAndTimestamp> from = fromMs <= 0 ? Map.of() : at(fromMs);
        Map<TopicPartition, OffsetAndTimestamp> to = toMs == Long.MAX_VALUE ? Map.of() : at(toMs);
        for (TopicPartition partition : waiting.keySet()) {
            long end = offset(to.get(partition), last.getOrDefault(partition, 0L));
            long otherwise = fromMs <= 0 ? first.getOrDefault(partition, 0L) : end;
            long start = Math.min(end, offset(from.get(partition), otherwise));
            starts.put(partition, start);
            ends.put(partition, end);
            expected += end - start;
            consumer.seek(partition, start);
        }
    }

    /** Starts over, with the same records: what came to the topics since it was opened is not among them. */
    public void rewind() {
        waiting.values().forEach(ArrayDeque::clear);
        ahead.clear();
        refused = 0;
        taken = 0;
        starts.forEach(consumer::seek);
    }

    private Map<TopicPartition, OffsetAndTimestamp> at(long ms) {
        Map<TopicPartition, Long> times = new HashMap<>();
        waiting.keySet().forEach(partition -> times.put(partition, ms));
        return consumer.offsetsForTimes(times);
    }

    private static long offset(@Nullable OffsetAndTimestamp found, long otherwise) {
        return found == null ? otherwise : found.offset();
    }

    @Override
    public boolean hasNext() {
        while (ahead.isEmpty()) {
            while (isShort()) {
                poll();
            }
            ConsumerRecord<byte[], byte[]> record = earliest();
            if (record == null) {
                return false;
            }
            decode(record);
        }
        return true;
    }

    /** True while a partition that has more to come has nothing waiting: its next record may be the earliest. */
    private boolean isShort() {
        return waiting.entrySet().stream().anyMatch(e -> e.getValue().isEmpty() && !isRead(e.getKey()));
    }

    private boolean isRead(TopicPartition partition) {
        return consumer.position(partition) >= ends.getOrDefault(partition, 0L);
    }

    private void poll() {
        List<TopicPartition> paused = new ArrayList<>();
        List<TopicPartition> resumed = new ArrayList<>();
        waiting.forEach((partition, records) ->
                (isRead(partition) || records.size() >= MOST_WAITING ? paused : resumed).add(partition));
        consumer.pause(paused);
        consumer.resume(resumed);
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            ArrayDeque<ConsumerRecord<byte[], byte[]>> records = waiting.get(partition);
            if (records != null && record.offset() < ends.getOrDefault(partition, 0L)) {
                records.add(record);
            }
        }
    }

    private @Nullable ConsumerRecord<byte[], byte[]> earliest() {
        ArrayDeque<ConsumerRecord<byte[], byte[]>> best = null;
        for (ArrayDeque<ConsumerRecord<byte[], byte[]>> records : waiting.values()) {
            if (!records.isEmpty() && (best == null || timestamp(records) < timestamp(best))) {
                best = records;
            }
        }
        return best == null ? null : best.removeFirst();
    }

    private static long timestamp(ArrayDeque<ConsumerRecord<byte[], byte[]>> records) {
        return records.getFirst().timestamp();
    }

    private void decode(ConsumerRecord<byte[], byte[]> record) {
        taken++;
        List<Event> events = new ArrayList<>();
        EventTopic topic = record.topic().equals(impressions) ? EventTopic.IMPRESSIONS : EventTopic.CLICKS;
        RecordOrigin origin = new RecordOrigin(record.topic(), record.partition(), record.offset());
        try {
            codec.decode(topic, origin, record.key(), record.value(), Long.MAX_VALUE, events);
            ahead.addAll(events);
        } catch (Refused unreadable) {
            refused++;
        }
    }

    @Override
    public Event next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the range has ended");
        }
        return ahead.removeFirst();
    }

    /** How much of the range has been taken, 0 to 1; transactions' markers count as records to come. */
    public double share() {
        return expected == 0 ? 1 : (double) taken / expected;
    }

    /** Records that could not be events. */
    public long refused() {
        return refused;
    }

    /** Offsets at which the range ends, by partition: where a run that takes over goes on. */
    public Map<TopicPartition, Long> ends() {
        return Map.copyOf(ends);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
