package io.millrace.codec;

import io.millrace.event.EntityId;
import io.millrace.event.Impression;
import io.millrace.learning.Ln;
import io.millrace.pipeline.Example;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;

/** What the pipeline learned, as records of the ledger: the same bytes live and in a backtest. Not thread-safe. */
public final class ExampleBytes {

    private final ExampleWriter writer = new ExampleWriter();
    private final int partition;

    /** The items of the negatives, as {@link #lookUp} found them. */
    private EntityId[] drawn = new EntityId[64];

    /** @param partition of the learner, as the records say it */
    public ExampleBytes(int partition) {
        this.partition = partition;
    }

    /** An example that moved nothing has weight 0 in the ledger, whatever weight was meant for it. */
    public byte[] of(Example example, Negatives negatives, Catalog catalog) {
        writer.begin(
                kind(example.kind()),
                example.id(),
                example.user(),
                example.item(),
                example.action().isEmpty() ? null : example.action(),
                example.stepped() ? example.weight() : 0,
                example.atMs(),
                partition,
                example.sequence());
        Impression shown = example.impression();
        if (shown != null) {
            write(shown);
        }
        lookUp(negatives, catalog);
        for (int k = 0; k < negatives.size(); k++) {
            writer.negative(drawn[k], negatives.sampler(k), Ln.ln(negatives.q(k)), negatives.weight(k));
        }
        return writer.finish(example.requested() - negatives.size(), example.retracted() > 0);
    }

    /**
     * Reads the ids of all negatives before the first is written. Each lies somewhere else, mostly outside of a core's cache:
     * with no writing in between, the waits for memory overlap. Their lengths are read here too, which brings their bytes,
     * and tells how much room the writer needs.
     */
    private void lookUp(Negatives negatives, Catalog catalog) {
        int n = negatives.size();
        if (drawn.length < n) {
            drawn = new EntityId[2 * n];
        }
        int bytes = 0;
        for (int k = 0; k < n; k++) {
            EntityId item = catalog.item(negatives.slot(k));
            drawn[k] = item;
            bytes += item.utf8().length;
        }
        writer.reserveNegatives(n, bytes);
    }

    private void write(Impression shown) {
        writer.shown(shown.id(), shown.request(), shown.position(), shown.propensity(), shown.atMs());
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
