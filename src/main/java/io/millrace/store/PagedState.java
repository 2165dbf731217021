package io.millrace.store;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * One object's bytes in a store, cut into pages of which only those that changed are written: for state that is small,
 * or large and little changed, and has no rows of its own.
 *
 * <pre>
 *   key    name, then 4 bytes of page number, big-endian
 *   value  up to {@value #PAGE_BYTES} bytes; page 0 starts with 4 bytes of total length, big-endian
 * </pre>
 */
public final class PagedState {

    private static final int PAGE_BYTES = 16 * 1024;

    private final KeyValueStore<Bytes, byte[]> store;
    private final byte name;
    private byte[] written = new byte[0];

    /** @param name tells states of one store apart */
    public PagedState(KeyValueStore<Bytes, byte[]> store, byte name) {
        this.store = store;
        this.name = name;
    }

    /** What was written last, or null when nothing was. */
    public byte @Nullable [] read() {
        byte[] first = store.get(key(0));
        if (first == null) {
            return null;
        }
        ByteBuffer all = ByteBuffer.allocate(ByteBuffer.wrap(first).getInt() + Integer.BYTES);
        all.put(first);
        for (int page = 1; all.hasRemaining(); page++) {
            byte[] next = store.get(key(page));
            if (next == null) {
                throw new UnreadableRow("page " + page + " of store " + store.name() + " is missing");
            }
            all.put(next);
        }
        written = all.array();
        return Arrays.copyOfRange(written, Integer.BYTES, written.length);
    }

    /** Writes the pages that differ from the last write. */
    public void write(byte[] state) {
        var framed = new ByteArrayOutputStream(state.length + Integer.BYTES);
        framed.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(state.length).array());
        framed.writeBytes(state);
        byte[] now = framed.toByteArray();
        int pages = pages(now);
        for (int page = 0; page < pages; page++) {
            int from = page * PAGE_BYTES;
            int to = Math.min(now.length, from + PAGE_BYTES);
            if (to > written.length
                    || to - from != Math.min(written.length, from + PAGE_BYTES) - from
                    || !Arrays.equals(now, from, to, written, from, to)) {
                store.put(key(page), Arrays.copyOfRange(now, from, to));
            }
        }
        for (int page = pages; page < pages(written); page++) {
            store.put(key(page), null);
        }
        written = now;
    }

    private static int pages(byte[] bytes) {
        return (bytes.length + PAGE_BYTES - 1) / PAGE_BYTES;
    }

    private Bytes key(int page) {
        return Bytes.wrap(
                ByteBuffer.allocate(1 + Integer.BYTES).put(name).putInt(page).array());
    }
}
