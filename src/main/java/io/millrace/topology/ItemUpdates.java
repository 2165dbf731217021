package io.millrace.topology;

import io.millrace.event.EntityId;
import io.millrace.store.ItemUpdateFormat;
import java.util.Arrays;

/**
 * The records in which a learner's commits go to the owners of items: one record for each item partition that a commit has
 * something for, or several where one would be too large. All records of a learner are numbered in the order they are begun.
 */
final class ItemUpdates {

    /** Takes the records of a commit. */
    interface Sink {
        void send(int itemPartition, byte[] record);
    }

    private final int partition;
    private final ItemPartitions partitions;
    private final ItemUpdateFormat.Writer[] writers;

    /** The number of the record that was begun last for each item partition. */
    private final long[] begun;

    private long sequence;

    /**
     * @param partition of the learner
     * @param sequence of its last record; 0 before the first
     */
    ItemUpdates(int partition, ItemPartitions partitions, ItemUpdateFormat format, long sequence) {
        this.partition = partition;
        this.partitions = partitions;
        this.sequence = sequence;
        begun = new long[partitions.count()];
        writers = new ItemUpdateFormat.Writer[partitions.count()];
        Arrays.setAll(writers, p -> format.new Writer());
    }

    /** The number of the last record that was begun. */
    long sequence() {
        return sequence;
    }

    /**
     * Packs an entry of a commit that is being closed, and notes there in which record it goes out. A record that is full
     * is sent.
     *
     * @param lastMs event time of the last event of the item, epoch milliseconds
     */
    void add(StepGroup commit, int at, EntityId item, long lastMs, Sink sink) {
        int p = partitions.of(item.hash());
        ItemUpdateFormat.Writer record = writers[p];
        if (record.isEmpty()) {
            begun[p] = ++sequence;
            record.start(partition, sequence, commit.landmarkMs);
        }
        pack(commit, at, item, lastMs, record);
        commit.sent(at, p, begun[p]);
        if (record.isFull()) {
            sink.send(p, record.finish());
        }
    }

    private static void pack(StepGroup commit, int at, EntityId item, long lastMs, ItemUpdateFormat.Writer into) {
        boolean withFloats = commit.floatsAt[at] >= 0;
        into.add(
                item,
                commit.slots[at],
                commit.exposures[at],
                commit.clicks[at],
                commit.decayedExposures[at],
                commit.decayedClicks[at],
                lastMs,
                withFloats);
        if (withFloats) {
            into.addFloats(
                    commit.updates[at],
                    commit.changes[at],
                    commit.digests[at],
                    commit.startBiases[at],
                    commit.vectors,
                    commit.vectorAt(at),
                    commit.scalars,
                    commit.scalarAt(at));
        }
    }

    /** Sends what is packed and not sent: the commit has no more. */
    void finish(Sink sink) {
        for (int p = 0; p < writers.length; p++) {
            if (!writers[p].isEmpty()) {
                sink.send(p, writers[p].finish());
            }
        }
    }
}
