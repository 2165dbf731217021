package io.millrace.topology;

import io.millrace.store.WriteBackStore;
import java.util.List;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.internals.StateStoreProvider;

/** Makes a write-back store readable from outside its task: rows as its owner has them now. */
final class StoredRows implements QueryableStoreType<WriteBackStore> {

    @Override
    public boolean accepts(StateStore stateStore) {
        return stateStore instanceof WriteBackStore;
    }

    @Override
    public WriteBackStore create(StateStoreProvider storeProvider, String storeName) {
        List<WriteBackStore> stores = storeProvider.stores(storeName, this);
        if (stores.isEmpty()) {
            throw new InvalidStateStoreException("store " + storeName + " is not here, or not open");
        }
        return stores.get(0);
    }
}
