package io.millrace.store;

import io.millrace.attribution.ChunkedState;
import io.millrace.attribution.HeldChunk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * State that is forgotten after a while, kept as a log: each commit appends what changed since the one before as one
 * record, and records that event time has outlived are deleted. Costs one put a commit, whatever the number of
 * changes, where a row per entry would cost three writes in an entry's life.
 *
 * <pre>
 *   key    8 bytes   number of the part, big-endian
 *   value  8 bytes   event time until which it is needed, epoch ms, big-endian, complemented when the chunk goes on in the
 *                    next part; then the part
 * </pre>
 *
 * <p>A chunk is cut into parts of {@value #PART_BYTES} bytes, for a commit may change more than fits into a record.
 */
public final class ChunkLog {

    private static final int PART_BYTES = 512 * 1024;

    private record Chunk(long number, long neededUntilMs) {}

    private final KeyValueStore<Bytes, byte[]> store;
    private final ChunkedState state;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(1 << 16);
    private long next;

    /** Reads what the store holds into {@code state}. */
    public ChunkLog(KeyValueStore<Bytes, byte[]> store, ChunkedState state) {
        this.store = store;
        this.state = state;
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                var entry = all.next();
                long number = ByteBuffer.wrap(entry.key.get()).getLong();
                read(number, entry.value);
                next = number + 1;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("chunk " + next + " of store " + store.name() + " cannot be read", e);
        }
    }

    private void read(long number, byte[] part) throws IOException {
        long head = ByteBuffer.wrap(part).getLong();
        buffer.write(part, Long.BYTES, part.length - Long.BYTES);
        chunks.add(new Chunk(number, head < 0 ? ~head : head));
        if (head >= 0) {
            state.readChanges(new DataInputStream(new ByteArrayInputStream(buffer.toByteArray())));
            buffer.reset();
        }
    }

    /** Appends what changed, if anything did, and deletes what event time has outlived. */
    public void append(long streamTimeMs) {
        if (state.hasChanges()) {
            buffer.reset();
            try {
                state.writeChanges(new DataOutputStream(buffer));
            } catch (IOException e) {
                throw new UncheckedIOException("writing to memory failed", e);
            }
            long from = next;
            next = write(store, from, new HeldChunk(buffer.toByteArray(), state.neededUntilMs()));
            for (long number = from; number < next; number++) {
                chunks.add(new Chunk(number, state.neededUntilMs()));
            }
            buffer.reset();
        }
        while (!chunks.isEmpty() && chunks.peek().neededUntilMs() < streamTimeMs) {
            store.put(key(chunks.remove().number()), null);
        }
    }

    /**
     * Writes a chunk into a store that a log will read.
     *
     * @param number of its first part
     * @return the number after its last part
     */
    public static long write(KeyValueStore<Bytes, byte[]> store, long number, HeldChunk chunk) {
        byte[] bytes = chunk.bytes();
        long neededUntilMs = Math.max(0, chunk.neededUntilMs());
        long part = number;
        for (int from = 0; from < bytes.length || part == number; from += PART_BYTES) {
            int length = Math.min(PART_BYTES, bytes.length - from);
            boolean goesOn = from + length < bytes.length;
            ByteBuffer value = ByteBuffer.allocate(Long.BYTES + length);
            value.putLong(goesOn ? ~neededUntilMs : neededUntilMs).put(bytes, from, length);
            store.put(key(part++), value.array());
        }
        return part;
    }

    private static Bytes key(long number) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }
}
