package io.millrace.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** The prequential metrics and the join balance of a partition, as a topic: one record per interval, keyed by partition. */
final class MetricsSink {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ProcessorContext<byte[], byte[]> context;
    private final int partition;
    private final long intervalMs;
    private final Instance instance;
    private long lastMs;

    MetricsSink(ProcessorContext<byte[], byte[]> context, int partition, long intervalMs, Instance instance) {
        this.context = context;
        this.partition = partition;
        this.intervalMs = intervalMs;
        this.instance = instance;
    }

    /** Writes a record if the last one is an interval old; called in every commit. */
    void write(LearnerReport report) {
        long nowMs = instance.nowMs();
        if (nowMs - lastMs < intervalMs) {
            return;
        }
        lastMs = nowMs;
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("v", 1);
        record.put("partition", partition);
        record.put("streamTime", report.streamTimeMs());
        record.put("evaluated", report.evaluated());
        record.put("metrics", report.metrics());
        record.put("balance", report.balance().view());
        record.put("examples", report.examples());
        try {
            context.forward(
                    new Record<>(
                            Integer.toString(partition).getBytes(StandardCharsets.UTF_8),
                            JSON.writeValueAsBytes(record),
                            Math.max(0, report.streamTimeMs())),
                    Names.METRICS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("metrics cannot be written as JSON", e);
        }
    }
}
