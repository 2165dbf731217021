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
 *   key    8 bytes   number of the chunk, big-endian
 *   value  8 bytes   event time until which it is needed, epoch ms, big-endian; then the chunk
 * </pre>
 */
public final class ChunkLog {

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
                long neededUntilMs = ByteBuffer.wrap(entry.value).getLong();
                state.readChanges(new DataInputStream(
                        new ByteArrayInputStream(entry.value, Long.BYTES, entry.value.length - Long.BYTES)));
                chunks.add(new Chunk(number, neededUntilMs));
                next = number + 1;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("chunk " + next + " of store " + store.name() + " cannot be read", e);
        }
    }

    /** Appends what changed, if anything did, and deletes what event time has outlived. */
    public void append(long streamTimeMs) {
        if (state.hasChanges()) {
            buffer.reset();
            try {
                DataOutputStream out = new DataOutputStream(buffer);
                out.writeLong(0);
                state.writeChanges(out);
            } catch (IOException e) {
                throw new UncheckedIOException("writing to memory failed", e);
            }
            long neededUntilMs = state.neededUntilMs();
            byte[] value = buffer.toByteArray();
            ByteBuffer.wrap(value).putLong(neededUntilMs);
            store.put(key(next), value);
            chunks.add(new Chunk(next++, neededUntilMs));
        }
        while (!chunks.isEmpty() && chunks.peek().neededUntilMs() < streamTimeMs) {
            store.put(key(chunks.remove().number()), null);
        }
    }

    /** Writes a chunk into a store that a log will read. */
    public static void write(KeyValueStore<Bytes, byte[]> store, long number, HeldChunk chunk) {
        ByteBuffer value = ByteBuffer.allocate(Long.BYTES + chunk.bytes().length);
        store.put(
                key(number),
                value.putLong(chunk.neededUntilMs()).put(chunk.bytes()).array());
    }

    private static Bytes key(long number) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }
}
