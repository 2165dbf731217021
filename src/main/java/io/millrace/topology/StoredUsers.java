package io.millrace.topology;

import io.millrace.event.EntityId;
import io.millrace.learning.UserRows;
import io.millrace.store.KeyFilter;
import io.millrace.store.RowKey;
import io.millrace.store.UserRowFormat;
import io.millrace.store.WriteBackStore;
import org.jspecify.annotations.Nullable;

/** User rows behind the cache: read when a user is met, written when a commit is prepared or room is needed. */
final class StoredUsers implements UserRows.Backing {

    /** Rows a start reads to know who is in the store: some seconds. */
    private static final long MOST_READ = 2_000_000;

    private final WriteBackStore store;
    private final UserRows users;
    private final UserRowFormat format = new UserRowFormat();
    private final @Nullable KeyFilter known;

    StoredUsers(WriteBackStore store, UserRows users) {
        this.store = store;
        this.users = users;
        known = known(store);
    }

    /** Reading the keys of a large store would hold up the start for longer than it saves: then every user is searched for. */
    private static @Nullable KeyFilter known(WriteBackStore store) {
        if (store.approximateNumEntries() > MOST_READ) {
            return null;
        }
        KeyFilter filter = new KeyFilter();
        try (var all = store.all()) {
            all.forEachRemaining(entry -> filter.add(RowKey.hash(entry.key.get())));
        }
        return filter;
    }

    @Override
    public boolean load(EntityId user, UserRows rows, int row) {
        if (known != null && !known.mayContain(user.hash())) {
            return false;
        }
        byte[] stored = store.get(RowKey.of(user.hash()));
        if (stored == null) {
            return false;
        }
        format.read(stored, rows, row);
        return true;
    }

    /** Writing early is as exact as writing at the commit: what is logged joins the transaction either way. */
    @Override
    public void flush() {
        try (WriteBackStore.Batch batch = store.batch()) {
            for (int k = 0; k < users.touchedCount(); k++) {
                int row = users.touchedRow(k);
                long hash = users.user(row).hash();
                batch.put(RowKey.of(hash), format.write(users, row));
                if (known != null) {
                    known.add(hash);
                }
            }
        }
        users.forgetTouched();
    }
}
