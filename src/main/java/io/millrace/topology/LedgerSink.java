package io.millrace.topology;

import io.millrace.codec.ExampleBytes;
import io.millrace.pipeline.Example;
import io.millrace.pipeline.Ledger;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** The ledger as a topic: one record per example, keyed by user. */
final class LedgerSink implements Ledger {

    private final ProcessorContext<byte[], byte[]> context;
    private final ExampleBytes bytes;

    LedgerSink(ProcessorContext<byte[], byte[]> context, int partition) {
        this.context = context;
        bytes = new ExampleBytes(partition);
    }

    @Override
    public void write(Example example, Negatives negatives, Catalog catalog) {
        context.forward(
                new Record<>(example.user().utf8(), bytes.of(example, negatives, catalog), Math.max(0, example.atMs())),
                Names.EXAMPLES);
    }
}
