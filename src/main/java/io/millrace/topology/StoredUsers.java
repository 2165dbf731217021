package io.millrace.topology;

import io.millrace.event.EntityId;
import io.millrace.learning.UserRows;
import io.millrace.store.RowKey;
import io.millrace.store.UserRowFormat;
import io.millrace.store.WriteBackStore;

/** User rows behind the cache: read when a user is met, written when a commit is prepared or room is needed. */
final class StoredUsers implements UserRows.Backing {

    private final WriteBackStore store;
    private final UserRows users;
    private final UserRowFormat format = new UserRowFormat();

    StoredUsers(WriteBackStore store, UserRows users) {
        this.store = store;
        this.users = users;
    }

    @Override
    public boolean load(EntityId user, UserRows rows, int row) {
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
        for (int k = 0; k < users.touchedCount(); k++) {
            int row = users.touchedRow(k);
            store.put(RowKey.of(users.user(row).hash()), format.write(users, row));
        }
        users.forgetTouched();
    }
}
