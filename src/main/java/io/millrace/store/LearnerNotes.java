package io.millrace.store;

import io.millrace.pipeline.Pipeline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What a learner must know again besides rows and logs.
 *
 * <pre>
 *   key     0
 *   value   sequence of its last update of items 8, big-endian | the pipeline's own bytes
 * </pre>
 *
 * @param sequence 0 before the first update
 * @param pipeline empty before the first event
 */
public record LearnerNotes(long sequence, byte[] pipeline) {

    public static final Bytes KEY = Bytes.wrap(new byte[] {0});

    /** Name of the sampler's {@link PagedState} beside them. */
    public static final byte SAMPLER = 1;

    /** Writes a pipeline's bytes. */
    public interface Writer {
        void writeTo(DataOutput out) throws IOException;
    }

    public static LearnerNotes read(byte @Nullable [] stored) {
        if (stored == null) {
            return new LearnerNotes(0, new byte[0]);
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(stored))) {
            return new LearnerNotes(in.readLong(), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("the notes of this learner cannot be read", e);
        }
    }

    public static byte[] write(long sequence, Writer pipeline) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeLong(sequence);
            pipeline.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    public void into(Pipeline target) {
        if (pipeline.length == 0) {
            return;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(pipeline))) {
            target.readFrom(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the notes of this learner cannot be read", e);
        }
    }
}
