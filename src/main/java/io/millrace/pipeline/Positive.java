package io.millrace.pipeline;

import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Impression;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A click to be learned, as those that have to wait are written and read.
 *
 * @param impression that was answered, where there was one
 * @param isCorrection true when the impression had been taken for a negative or was too old
 * @param retracts true when that negative is to be taken back; without a correction, when the impression was learned as a
 *     negative at once and this is the first answer to it
 */
record Positive(Click click, @Nullable Impression impression, boolean isCorrection, boolean retracts) {

    /** On the heap, about. */
    static final long BYTES = 400;

    void writeTo(DataOutput out) throws IOException {
        out.writeBoolean(isCorrection);
        out.writeBoolean(retracts);
        write(click, out);
        out.writeBoolean(impression != null);
        if (impression != null) {
            write(impression, out);
        }
    }

    private static void write(Click click, DataOutput out) throws IOException {
        out.writeUTF(click.id().text());
        write(click.impression(), out);
        out.writeUTF(click.user().text());
        out.writeUTF(click.item().text());
        out.writeUTF(click.action());
        out.writeFloat(click.weight());
        out.writeLong(click.atMs());
    }

    private static void write(Impression impression, DataOutput out) throws IOException {
        out.writeUTF(impression.id().text());
        write(impression.request(), out);
        out.writeUTF(impression.user().text());
        out.writeUTF(impression.item().text());
        out.writeInt(impression.position());
        out.writeFloat(impression.propensity());
        out.writeLong(impression.atMs());
    }

    private static void write(@Nullable EntityId id, DataOutput out) throws IOException {
        out.writeBoolean(id != null);
        if (id != null) {
            out.writeUTF(id.text());
        }
    }

    static Positive readFrom(DataInput in) throws IOException {
        boolean isCorrection = in.readBoolean();
        boolean retracts = in.readBoolean();
        Click click = readClick(in);
        Impression impression = in.readBoolean() ? readImpression(in) : null;
        return new Positive(click, impression, isCorrection, retracts);
    }

    private static Click readClick(DataInput in) throws IOException {
        return new Click(
                EntityId.of(in.readUTF()),
                readOptional(in),
                EntityId.of(in.readUTF()),
                EntityId.of(in.readUTF()),
                in.readUTF(),
                in.readFloat(),
                in.readLong());
    }

    private static Impression readImpression(DataInput in) throws IOException {
        return new Impression(
                EntityId.of(in.readUTF()),
                readOptional(in),
                EntityId.of(in.readUTF()),
                EntityId.of(in.readUTF()),
                in.readInt(),
                in.readFloat(),
                in.readLong());
    }

    private static @Nullable EntityId readOptional(DataInput in) throws IOException {
        return in.readBoolean() ? EntityId.of(in.readUTF()) : null;
    }
}
