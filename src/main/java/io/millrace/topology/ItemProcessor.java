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
    private @Nullable WriteBackStore store;
    private @Nullable ItemOwner owner;

    ItemProcessor(Supplier<ItemOwner> owners) {
        this.owners = owners;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        WriteBackStore rows = context.getStateStore(Names.ITEM_ROWS);
        ItemOwner restored = owners.get();
        try (var all = rows.all()) {
            all.forEachRemaining(entry -> restored.restore(entry.key.get(), entry.value));
        }
        restored.restored();
        rows.onCommit(context, () -> restored.commit(rows::put));
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
        if (store != null) {
            store.detach();
        }
    }
}
