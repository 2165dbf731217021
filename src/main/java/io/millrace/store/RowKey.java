package io.millrace.store;

import java.nio.ByteBuffer;

/** Keys of row stores: the 64-bit hash of the id, big-endian. Shorter keys are the store's own notes. */
public final class RowKey {

    /** Key of the note that closes each commit of an item store: how far each learner's updates are in its rows. */
    private static final byte[] WATERMARKS = {0};

    private RowKey() {}

    public static byte[] of(long hash) {
        return ByteBuffer.allocate(Long.BYTES).putLong(hash).array();
    }

    public static boolean isRow(byte[] key) {
        return key.length == Long.BYTES;
    }

    public static long hash(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    public static byte[] watermarks() {
        return WATERMARKS.clone();
    }

    public static boolean isWatermarks(byte[] key) {
        return key.length == 1 && key[0] == 0;
    }
}
