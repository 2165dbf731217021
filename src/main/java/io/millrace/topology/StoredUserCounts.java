package io.millrace.topology;

import io.millrace.store.WriteBackStore;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.internals.StateStoreProvider;

/** About how many rows the write-back stores of one name hold in this process. */
final class StoredUserCounts implements QueryableStoreType<Long> {

    @Override
    public boolean accepts(StateStore stateStore) {
        return stateStore instanceof WriteBackStore;
    }

    @Override
    public Long create(StateStoreProvider storeProvider, String storeName) {
        long rows = 0;
        for (WriteBackStore store : storeProvider.stores(storeName, new StoredRows())) {
            rows += store.approximateNumEntries();
        }
        return rows;
    }
}
