package io.millrace.topology;

import io.millrace.codec.ExampleKind;
import io.millrace.codec.ExampleWriter;
import io.millrace.event.EntityId;
import io.millrace.event.Impression;
import io.millrace.pipeline.Example;
import io.millrace.pipeline.Ledger;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** The ledger as a topic: one record per example, keyed by user. */
final class LedgerSink implements Ledger {

    private final ProcessorContext<byte[], byte[]> context;
    private final ExampleWriter writer = new ExampleWriter();
    private final int partition;

    LedgerSink(ProcessorContext<byte[], byte[]> context, int partition) {
        this.context = context;
        this.partition = partition;
    }

    @Override
    public void write(Example example, Negatives negatives, Catalog catalog) {
        context.forward(
                new Record<>(
                        example.user().text().getBytes(StandardCharsets.UTF_8),
                        bytes(example, negatives, catalog),
                        Math.max(0, example.atMs())),
                Names.EXAMPLES);
    }

    /** An example that moved nothing has weight 0 in the ledger, whatever weight was meant for it. */
    private byte[] bytes(Example example, Negatives negatives, Catalog catalog) {
        writer.begin(
                kind(example.kind()),
                example.id().text(),
                example.user().text(),
                example.item().text(),
                example.action().isEmpty() ? null : example.action(),
                example.stepped() ? example.weight() : 0,
                example.atMs(),
                partition,
                example.sequence());
        Impression shown = example.impression();
        if (shown != null) {
            EntityId request = shown.request();
            writer.shown(
                    shown.id().text(),
                    request == null ? null : request.text(),
                    shown.position(),
                    shown.propensity(),
                    shown.atMs());
        }
        for (int k = 0; k < negatives.size(); k++) {
            writer.negative(
                    catalog.item(negatives.slot(k)).text(),
                    negatives.sampler(k),
                    StrictMath.log(negatives.q(k)),
                    negatives.weight(k));
        }
        return writer.finish(example.requested() - negatives.size(), example.retracted() > 0);
    }

    private static ExampleKind kind(Example.Kind kind) {
        return switch (kind) {
            case POSITIVE -> ExampleKind.POSITIVE;
            case EXPOSED_NEGATIVE -> ExampleKind.EXPOSED_NEGATIVE;
            case CORRECTION -> ExampleKind.CORRECTION;
            case DISLIKE -> ExampleKind.DISLIKE;
        };
    }
}
