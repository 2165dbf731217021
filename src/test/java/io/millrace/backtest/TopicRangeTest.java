package io.millrace.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.codec.EventWriter;
import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class TopicRangeTest {

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>(AutoOffsetResetStrategy.NONE.name());
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final EventWriter writer = new EventWriter();
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    @Test
    void recordsOfAllPartitionsComeInOrderOfTimeAndThoseOfOnePartitionInTheirOwn() {
        send("impressions", 0, shown("a", 100));
        send("impressions", 0, shown("b", 300));
        send("clicks", 0, clicked("c", 100));
        send("clicks", 1, clicked("d", 200));
        send("impressions", 1, shown("e", 250));
        assertThat(read()).extracting(event -> event.id().text()).containsExactly("a", "c", "d", "e", "b");
    }

    @Test
    void aRecordThatIsNoEventIsPassedOverAndCounted() {
        send("impressions", 0, "{".getBytes(java.nio.charset.StandardCharsets.UTF_8), 5);
        send("clicks", 0, clicked("c", 100));
        open();
        TopicRange range = new TopicRange(consumer, "impressions", "clicks", Map.of(), -1, Long.MAX_VALUE);
        consumer.schedulePollTask(() -> records.forEach(consumer::addRecord));
        assertThat(range.next().id().text()).isEqualTo("c");
        assertThat(range.hasNext()).isFalse();
        assertThat(range.refused()).isEqualTo(1);
        assertThat(range.share()).isEqualTo(1);
    }

    @Test
    void aRangeThatIsRewoundGivesTheSameRecordsAgainAndNoLaterOnes() {
        send("impressions", 0, shown("a", 100));
        send("clicks", 1, clicked("c", 200));
        open();
        try (TopicRange range = new TopicRange(consumer, "impressions", "clicks", Map.of(), -1, Long.MAX_VALUE)) {
            consumer.schedulePollTask(() -> records.forEach(consumer::addRecord));
            List<Event> first = new ArrayList<>();
            range.forEachRemaining(first::add);
            send("clicks", 1, clicked("d", 150));
            range.rewind();
            assertThat(range.share()).isZero();
            consumer.schedulePollTask(() -> records.forEach(consumer::addRecord));
            List<Event> again = new ArrayList<>();
            range.forEachRemaining(again::add);
            assertThat(again).isEqualTo(first).hasSize(2);
        }
    }

    private List<Event> read() {
        open();
        List<Event> events = new ArrayList<>();
        try (TopicRange range = new TopicRange(consumer, "impressions", "clicks", Map.of(), -1, Long.MAX_VALUE)) {
            consumer.schedulePollTask(() -> records.forEach(consumer::addRecord));
            range.forEachRemaining(events::add);
            assertThat(consumer.committed(ends.keySet())).isEmpty();
            return events;
        } finally {
            assertThat(consumer.closed()).isTrue();
        }
    }

    private void open() {
        for (String topic : List.of("impressions", "clicks")) {
            List<PartitionInfo> infos = new ArrayList<>();
            for (int p = 0; p < 2; p++) {
                infos.add(new PartitionInfo(topic, p, Node.noNode(), new Node[0], new Node[0]));
                ends.putIfAbsent(new TopicPartition(topic, p), 0L);
            }
            consumer.updatePartitions(topic, infos);
        }
        Map<TopicPartition, Long> begins = new HashMap<>();
        ends.keySet().forEach(partition -> begins.put(partition, 0L));
        consumer.updateBeginningOffsets(begins);
        consumer.updateEndOffsets(ends);
    }

    private void send(String topic, int partition, Event event) {
        send(topic, partition, writer.write(event), event.atMs());
    }

    private void send(String topic, int partition, byte[] value, long atMs) {
        long offset = ends.merge(new TopicPartition(topic, partition), 1L, Long::sum) - 1;
        records.add(new ConsumerRecord<>(
                topic,
                partition,
                offset,
                atMs,
                TimestampType.CREATE_TIME,
                0,
                value.length,
                null,
                value,
                new RecordHeaders(),
                Optional.empty()));
    }

    private static Impression shown(String id, long atMs) {
        return new Impression(EntityId.of(id), null, EntityId.of("u"), EntityId.of("i"), -1, Float.NaN, atMs);
    }

    private static Click clicked(String id, long atMs) {
        return new Click(EntityId.of(id), null, EntityId.of("u"), EntityId.of("i"), "click", 1, atMs);
    }
}
