package io.millrace.topology;

import io.millrace.learning.ItemRows;
import io.millrace.learning.Optimizers;
import io.millrace.sampling.Catalog;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the tasks of one process share: the item table, the clock, and what each task last said of itself. */
public final class Instance {

    private final ItemTable table;
    private final LongSupplier clock;
    private final Map<Integer, LearnerReport> learners = new ConcurrentSkipListMap<>();
    private final Map<Integer, LiveRanking> rankings = new ConcurrentSkipListMap<>();
    private final Map<Integer, Lead> leads = new ConcurrentSkipListMap<>();
    private final Map<Integer, Integer> ownedItems = new ConcurrentSkipListMap<>();
    private volatile Runnable awaitTable = () -> {};

    /** @param clock wall clock, epoch milliseconds; decides only what is refused as future and when an idle task moves */
    public Instance(Settings settings, LongSupplier clock) {
        this.clock = clock;
        ItemRows shape = new ItemRows(settings.learning(), Optimizers.make(settings.learning()), new Catalog(), null);
        table = new ItemTable(shape.vectorFloats(), shape.scalarFloats());
    }

    public ItemTable table() {
        return table;
    }

    long nowMs() {
        return clock.getAsLong();
    }

    /** Sets what a learner waits for before it starts. */
    void awaitTableWith(Runnable wait) {
        awaitTable = wait;
    }

    void awaitTable() {
        awaitTable.run();
    }

    /** What each learner task of this process last said, by partition. */
    public Map<Integer, LearnerReport> learners() {
        return learners;
    }

    /** True while a learner of this process is so far ahead of what is published that it should get no more events. */
    boolean isTooFarAhead() {
        for (Lead lead : leads.values()) {
            if (lead.isTooFar()) {
                return true;
            }
        }
        return false;
    }

    void learns(int partition, Lead lead) {
        leads.put(partition, lead);
    }

    void learnsNoMore(int partition, Lead lead) {
        leads.remove(partition, lead);
    }

    void report(int partition, LearnerReport report) {
        learners.put(partition, report);
    }

    void ended(int partition) {
        learners.remove(partition);
    }

    /** The served ranking of a learner task of this process; null when it is not here, or when the embeddings are served. */
    public @Nullable LiveRanking ranking(int partition) {
        return rankings.get(partition);
    }

    void serves(int partition, LiveRanking ranking) {
        rankings.put(partition, ranking);
    }

    void stopsServing(int partition, LiveRanking ranking) {
        rankings.remove(partition, ranking);
    }

    void owns(int partition, int items) {
        ownedItems.put(partition, items);
    }

    void released(int partition) {
        ownedItems.remove(partition);
    }
}
