package io.millrace.store;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How far each learner's updates are in the rows of one item partition: per learner partition the sequence of its last
 * commit that was added. Stored last in every commit that changed rows, so that a reader of the changelog knows at that
 * record which steps the rows before it contain.
 *
 * <pre>
 *   8 bytes per learner partition, big-endian; a partition beyond the end has sent nothing
 * </pre>
 */
public final class Watermarks {

    private long[] sequences;

    public Watermarks() {
        sequences = new long[0];
    }

    /** The sequence of the last commit of a learner partition; 0 before the first. */
    public long of(int partition) {
        return partition < sequences.length ? sequences[partition] : 0;
    }

    public void raise(int partition, long sequence) {
        if (partition >= sequences.length) {
            sequences = Arrays.copyOf(sequences, partition + 1);
        }
        sequences[partition] = Math.max(sequences[partition], sequence);
    }

    public byte[] write() {
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES * sequences.length);
        out.asLongBuffer().put(sequences);
        return out.array();
    }

    public static Watermarks read(byte[] stored) {
        Watermarks watermarks = new Watermarks();
        watermarks.sequences = new long[stored.length / Long.BYTES];
        ByteBuffer.wrap(stored).asLongBuffer().get(watermarks.sequences);
        return watermarks;
    }
}
