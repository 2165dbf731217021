package io.millrace.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The prequential metrics and the join balance of a partition, as a topic: at most one record per interval of event time,
 * keyed by partition. Event time, so that a replay writes the same records at whatever speed.
 */
final class MetricsSink {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ProcessorContext<byte[], byte[]> context;
    private final int partition;
    private final long intervalMs;
    private long dueMs;

    MetricsSink(ProcessorContext<byte[], byte[]> context, int partition, long intervalMs) {
        this.context = context;
        this.partition = partition;
        this.intervalMs = intervalMs;
    }

    /** Writes a record if the last one is an interval old; called in every commit. Before the first event there is none. */
    void write(LearnerReport report) {
        if (report.streamTimeMs() < dueMs) {
            return;
        }
        dueMs = report.streamTimeMs() + intervalMs;
        try {
            context.forward(
                    new Record<>(
                            Integer.toString(partition).getBytes(StandardCharsets.UTF_8),
                            JSON.writeValueAsBytes(json(report)),
                            report.streamTimeMs()),
                    Names.METRICS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("metrics cannot be written as JSON", e);
        }
    }

    private Map<String, Object> json(LearnerReport report) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("v", 1);
        record.put("partition", partition);
        record.put("streamTime", report.streamTimeMs());
        record.put("evaluated", report.evaluated());
        record.put("metrics", finite(report.metrics()));
        record.put("balance", report.balance().view());
        record.put("examples", report.examples());
        record.put("negatives", report.negatives());
        record.put("samplerBytes", report.samplerBytes());
        record.put("samplerParts", report.samplerParts());
        return record;
    }

    /** A mean of nothing is no number, and JSON has none for it. */
    private static Map<String, Map<String, @Nullable Double>> finite(Map<String, Map<String, Double>> metrics) {
        Map<String, Map<String, @Nullable Double>> written = new LinkedHashMap<>();
        metrics.forEach((ranker, values) -> {
            Map<String, @Nullable Double> means = new LinkedHashMap<>();
            values.forEach((name, mean) -> means.put(name, Double.isFinite(mean) ? mean : null));
            written.put(ranker, means);
        });
        return written;
    }
}
