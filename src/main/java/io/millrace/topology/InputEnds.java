package io.millrace.topology;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the input partitions end, as the brokers say. Streams knows the ends of its last fetch only, which under load are
 * a fetch behind what producers have written. Asking never waits: it starts a question when the last answer is old.
 */
final class InputEnds implements AutoCloseable {

    private static final long FRESH_NS = 1_000_000_000L;

    private final Admin admin;
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicLong askedNs = new AtomicLong(System.nanoTime() - FRESH_NS);

    InputEnds(Map<String, Object> clientConfig) {
        admin = Admin.create(clientConfig);
    }

    /** The end of a partition as last heard; 0 before the first answer. */
    long of(TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    /** Asks again, if the last answer is more than a second old. */
    void refresh(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()
                || System.nanoTime() - askedNs.get() < FRESH_NS
                || !asking.compareAndSet(false, true)) {
            return;
        }
        askedNs.set(System.nanoTime());
        admin.listOffsets(partitions.stream()
                        .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())))
                .all()
                .whenComplete((found, error) -> {
                    if (error == null) {
                        found.forEach((partition, end) -> heard(partition, end));
                    }
                    asking.set(false);
                });
    }

    private void heard(TopicPartition partition, ListOffsetsResult.ListOffsetsResultInfo end) {
        ends.put(partition, end.offset());
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ZERO);
    }
}
