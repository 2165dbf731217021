package io.millrace.topology;

import io.millrace.store.WriteBackStore;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Owns the rows of one item partition: adds what learners send, logs what changed once per commit. All rows are in memory,
 * so the store is only brought up to the changelog where a later start relies on it.
 */
final class ItemProcessor implements Processor<byte[], byte[], Void, Void> {

    /** Rows that a close may have to store: about half a second. */
    private static final int MOST_UNSTORED = 1 << 18;

    private final Supplier<ItemOwner> owners;
    private final Instance instance;
    private int partition;
    private @Nullable WriteBackStore store;
    private @Nullable ItemOwner owner;

    ItemProcessor(Supplier<ItemOwner> owners, Instance instance) {
        this.owners = owners;
        this.instance = instance;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        WriteBackStore rows = context.getStateStore(Names.ITEM_ROWS);
        ItemOwner restored = owners.get();
        try (var all = rows.all()) {
            all.forEachRemaining(entry -> restored.restore(entry.key.get(), entry.value));
        }
        restored.restored();
        partition = context.taskId().partition();
        rows.onCommit(context, () -> {
            restored.commit(rows::log);
            if (restored.unstored() > MOST_UNSTORED) {
                store(restored, rows);
            }
            instance.owns(partition, restored.size());
        });
        rows.onCheckpoint(() -> store(restored, rows));
        store = rows;
        owner = restored;
    }

    private static void store(ItemOwner owner, WriteBackStore rows) {
        try (WriteBackStore.Batch batch = rows.batch()) {
            owner.store(batch::put);
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (owner != null) {
            owner.accept(record.value());
        }
    }

    @Override
    public void close() {
        instance.released(partition);
        if (store != null && owner != null) {
            store(owner, store);
            store.detach();
        }
    }
}
