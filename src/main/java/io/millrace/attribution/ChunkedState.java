package io.millrace.attribution;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * State that lives for a bounded event time, kept as an expiring log: every commit appends one chunk of what changed,
 * nothing is rewritten, and a chunk is deleted whole when the event time has passed which it was needed for.
 *
 * <p>A store numbers the chunks, keeps (number, bytes, needed until), and deletes a chunk only <em>after</em> the stream
 * time has passed its needed-until and a chunk of that stream time is written, both in one commit. Needed-until never
 * decreases from chunk to chunk, so the oldest are deleted first and the last one stays. Reading what is left, in
 * order, rebuilds the state: the same outcomes and the same later chunks, byte for byte.
 */
public interface ChunkedState {

    /** Whether there is something to write; also when only the stream time moved, since expiry follows from it. */
    boolean hasChanges();

    /** Writes everything that changed since the last call, or since the last chunk that was read, as one chunk. */
    void writeChanges(DataOutput out) throws IOException;

    /** Of the chunk last written or read: it may go when the stream time is greater; epoch milliseconds. */
    long neededUntilMs();

    /**
     * Takes in one chunk; all chunks are read in order, before the first event.
     *
     * @throws IOException when the bytes are not a chunk of a known version
     */
    void readChanges(DataInput in) throws IOException;
}
