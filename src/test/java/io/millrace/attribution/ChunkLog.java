package io.millrace.attribution;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What a store does with chunks: appends, deletes what has expired, reads back what is left. */
final class ChunkLog {

    private record Chunk(byte[] bytes, long neededUntilMs) {}

    private final List<Chunk> chunks = new ArrayList<>();

    /** Appends what changed, then drops what the stream time has passed; the chunk in hexadecimal, or empty. */
    String commit(ChunkedState state, long streamTimeMs) {
        try {
            return state.hasChanges() ? append(state, streamTimeMs) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void restore(ChunkedState state) {
        try {
            for (Chunk chunk : chunks) {
                state.readChanges(new DataInputStream(new ByteArrayInputStream(chunk.bytes)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int size() {
        return chunks.size();
    }

    private String append(ChunkedState state, long streamTimeMs) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.writeChanges(new DataOutputStream(bytes));
        chunks.add(new Chunk(bytes.toByteArray(), state.neededUntilMs()));
        chunks.removeIf(chunk -> streamTimeMs > chunk.neededUntilMs);
        return HexFormat.of().formatHex(bytes.toByteArray()) + " until " + state.neededUntilMs();
    }
}
