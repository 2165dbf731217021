package io.millrace.topology;

import io.millrace.store.WriteBackStore;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Owns the rows of one item partition: adds what learners send, writes back once per commit. */
final class ItemProcessor implements Processor<byte[], byte[], Void, Void> {

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
            try (WriteBackStore.Batch batch = rows.batch()) {
                restored.commit(batch::put);
            }
            instance.owns(partition, restored.size());
        });
        store = rows;
        owner = restored;
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
        if (store != null) {
            store.detach();
        }
    }
}
