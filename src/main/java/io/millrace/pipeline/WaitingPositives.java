package io.millrace.pipeline;

import io.millrace.event.Click;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Draw;
import io.millrace.sampling.MicroBatch;
import io.millrace.sampling.SamplerState;
import io.millrace.sampling.Sampling;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Positives that wait for their micro-batch to be complete. Written and read with the state of the sampler, so that a
 * batch begins and ends at the same events whether or not there was a restart in between.
 */
final class WaitingPositives implements SamplerState {

    private final MicroBatch batch;
    private final List<Positive> positives = new ArrayList<>();

    private WaitingPositives(MicroBatch batch) {
        this.batch = batch;
    }

    /** Null when the sampler draws for single positives. */
    static @Nullable WaitingPositives of(Sampling sampling) {
        MicroBatch batch = sampling.batch();
        if (batch == null) {
            return null;
        }
        var waiting = new WaitingPositives(batch);
        sampling.remember(waiting);
        return waiting;
    }

    MicroBatch batch() {
        return batch;
    }

    int size() {
        return positives.size();
    }

    Positive get(int row) {
        return positives.get(row);
    }

    /** @param streamTimeMs from when on it waits, by event time */
    void add(Positive positive, long streamTimeMs) {
        Click click = positive.click();
        batch.add(click.user().hash(), -1, click.id().hash(), streamTimeMs);
        positives.add(positive);
    }

    /** True when the batch must be learned before event time goes on to {@code nowMs}. */
    boolean isDue(long nowMs) {
        return batch.isDue(nowMs);
    }

    /** Finds the slots of all items, which may have been retired while they were waiting. */
    void locate(Catalog catalog) {
        for (int row = 0; row < positives.size(); row++) {
            batch.item(row, catalog.add(positives.get(row).click().item()));
        }
    }

    /** What the user of a draw has clicked in the same batch is no negative of theirs. */
    void excludeOthersOf(Draw draw) {
        for (int row = 0; row < batch.size(); row++) {
            if (batch.user(row) == draw.user()) {
                draw.exclusions().add(batch.item(row));
            }
        }
    }

    void clear() {
        positives.clear();
        batch.clear();
    }

    @Override
    public String name() {
        return "micro-batch";
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(batch.number());
        out.writeInt(positives.size());
        for (int row = 0; row < positives.size(); row++) {
            Positive positive = positives.get(row);
            out.writeLong(batch.atMs(row));
            positive.writeTo(out);
        }
    }

    /** A batch that is larger than it may be now is learned with the next positive. */
    @Override
    public void readFrom(DataInput in) throws IOException {
        positives.clear();
        batch.restart(in.readLong());
        int size = in.readInt();
        for (int row = 0; row < size; row++) {
            long atMs = in.readLong();
            add(Positive.readFrom(in), atMs);
        }
    }

    /** Bytes held on the heap: about this much per positive. */
    @Override
    public long stateBytes() {
        return Positive.BYTES * positives.size();
    }
}
