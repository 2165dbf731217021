package io.millrace.backtest;

import io.millrace.learning.ItemRows;
import io.millrace.learning.UserRows;
import io.millrace.sampling.Catalog;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/** Digests of what was learned: rows in the order of their ids' hashes, so that where they lie does not count. */
final class Digests {

    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** SHA-256 over every item row that was moved and every user row that was stepped: hash, counters, floats. */
    static String rows(Catalog catalog, ItemRows items, UserRows users) {
        MessageDigest digest = sha256();
        inOrder(
                        catalog.slots(),
                        slot -> catalog.isActive(slot) && isMoved(items, slot),
                        slot -> catalog.item(slot).hash())
                .forEach(slot -> add(digest, catalog, items, slot));
        inOrder(
                        users.rows(),
                        row -> users.updates(row) > 0,
                        row -> users.user(row).hash())
                .forEach(row -> add(digest, users, row));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static boolean isMoved(ItemRows items, int slot) {
        int row = items.rowIfPresent(slot);
        return row >= 0 && items.changes(row) > 0;
    }

    private static IntStream inOrder(int n, IntPredicate kept, ToLongFunction<Integer> hash) {
        return IntStream.range(0, n)
                .filter(kept)
                .boxed()
                .sorted(Comparator.comparingLong(hash))
                .mapToInt(Integer::intValue);
    }

    private static void add(MessageDigest digest, Catalog catalog, ItemRows items, int slot) {
        int row = items.row(slot);
        addLong(digest, catalog.item(slot).hash());
        addLong(digest, (long) items.updates(row) << 32 | items.changes(row));
        addLong(digest, items.digest(row));
        addFloats(digest, items.floats(), items.target(row), items.vectorFloats());
        addFloats(digest, items.floats(), items.bias(row), items.scalarFloats());
    }

    private static void add(MessageDigest digest, UserRows users, int row) {
        addLong(digest, users.user(row).hash());
        addLong(digest, users.updates(row));
        addLong(digest, users.digest(row));
        addFloats(digest, users.floats(), users.vector(row), users.padded() + users.stateFloats());
    }

    private static void addLong(MessageDigest digest, long value) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    private static void addFloats(MessageDigest digest, float[] floats, int from, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES);
        for (int k = 0; k < count; k++) {
            bytes.putFloat(floats[from + k]);
        }
        digest.update(bytes.array());
    }
}
