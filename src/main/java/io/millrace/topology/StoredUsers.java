package io.millrace.topology;

import io.millrace.event.EntityId;
import io.millrace.learning.UserRows;
import io.millrace.store.KeyFilter;
import io.millrace.store.RowKey;
import io.millrace.store.UserRowFormat;
import io.millrace.store.WriteBackStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/**
 * User rows behind the cache: read when a user is met, logged at the latest when a commit is prepared, stored when they make room or a
 * later start relies on the store. Until then others are told of them from memory.
 */
final class StoredUsers implements UserRows.Backing, WriteBackStore.Ahead {

    /** Rows a start reads to know who is in the store: some seconds. */
    private static final long MOST_READ = 2_000_000;

    private static final long LONGEST_WAIT_MS = 1000;

    private final WriteBackStore store;
    private final UserRows users;
    private final Lock lock;
    private final UserRowFormat format = new UserRowFormat();

    /** Under the lock. */
    private final UserRowFormat told = new UserRowFormat();

    /** Logged users that the store does not have, for other threads. */
    private volatile int unbacked;

    /** Who is in the store. */
    private final @Nullable KeyFilter known;

    /** @param lock held by the task while it changes rows */
    StoredUsers(WriteBackStore store, UserRows users, Lock lock) {
        this.store = store;
        this.users = users;
        this.lock = lock;
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
        byte[] stored = store.stored(RowKey.of(user.hash()));
        if (stored == null) {
            return false;
        }
        format.read(stored, rows, row);
        return true;
    }

    /** Logging early is as exact as logging at the commit: what is logged joins the transaction either way. */
    @Override
    public void log() {
        for (int k = 0; k < users.touchedCount(); k++) {
            int row = users.touchedRow(k);
            store.log(RowKey.of(users.user(row).hash()), format.write(users, row));
        }
        lock.lock();
        try {
            users.logged();
        } finally {
            lock.unlock();
        }
        unbacked = users.unbacked();
    }

    /**
     * Stores all that was logged; nothing while there is more in the rows, for then it is not known whether that counts. Rows
     * that were logged early may belong to a transaction that ends without a commit: the store is not trusted after that.
     */
    void storeAll() {
        if (users.touchedCount() == 0) {
            store(0, Integer.MAX_VALUE);
        }
    }

    @Override
    public void store(int from, int most) {
        int to = from;
        try (WriteBackStore.Batch batch = store.batch()) {
            int row = users.nextUnstored(from);
            for (int k = 0; k < most && row >= 0; k++) {
                long hash = users.user(row).hash();
                batch.put(RowKey.of(hash), format.write(users, row));
                if (known != null) {
                    known.add(hash);
                }
                to = row + 1;
                row = users.nextUnstored(to);
            }
        }
        lock.lock();
        try {
            users.stored(from, to);
        } finally {
            lock.unlock();
        }
        unbacked = users.unbacked();
    }

    @Override
    public byte @Nullable [] row(byte[] key) {
        awaitLock();
        try {
            int row = users.rowIfPresent(RowKey.hash(key));
            return row >= 0 && users.isAhead(row) ? told.write(users, row) : null;
        } finally {
            lock.unlock();
        }
    }

    /** The task holds the lock while a record's example is sent, which takes long when the brokers do not answer. */
    private void awaitLock() {
        try {
            if (lock.tryLock(LONGEST_WAIT_MS, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new InvalidStateStoreException("the learner of this user has not got on for " + LONGEST_WAIT_MS + " ms");
    }

    @Override
    public long rows() {
        return unbacked;
    }
}
