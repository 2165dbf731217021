package io.millrace.attribution;

import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ids of the events of the last {@code horizon} of stream time, by their 64-bit hashes, so that an event that comes
 * twice is known. Ids lie in an open-addressing set, seldom more than one probe away, and in a ring in order of
 * arrival, from which they expire. A repeated sight does not prolong the first. Two ids with one hash are taken for one:
 * with 10 million ids in the horizon that happens once in 10^5 horizons or so. Not thread-safe.
 *
 * <p>With more than {@code maxIds} the oldest are forgotten early, and counted.
 */
public final class SeenIds implements ChunkedState {

    private static final int VERSION = 1;

    private final long horizonMs;
    private final int maxIds;

    private final LongSet set = new LongSet();
    private final ChunkBuffer buffer = new ChunkBuffer();

    /** Rings, in order of arrival; times never decrease. */
    private long[] ids = new long[16];

    private long[] times = new long[16];

    /** Arrivals so far that are forgotten, written, and in total: positions, of which the ring keeps the low bits. */
    private long head;

    private long written;
    private long tail;

    private long streamTimeMs = Long.MIN_VALUE;
    private long writtenTimeMs = Long.MIN_VALUE;
    private long neededUntilMs = Long.MIN_VALUE;
    private long forgottenEarly;

    /**
     * @param horizonMs an id is known until the stream time is more than this after its first sight; at least 0
     * @param maxIds at least 1
     */
    public SeenIds(long horizonMs, int maxIds) {
        this.horizonMs = horizonMs;
        this.maxIds = maxIds;
    }

    /** Whether the id was not seen within the horizon; from now on it was. */
    public boolean firstSight(long idHash, long streamTimeMs) {
        advance(streamTimeMs);
        if (!set.add(idHash)) {
            return false;
        }
        append(idHash, this.streamTimeMs);
        return true;
    }

    /** Ids now known. */
    public int size() {
        return (int) (tail - head);
    }

    /** Ids forgotten within the horizon because there were too many; since the start of this process. */
    public long forgottenEarly() {
        return forgottenEarly;
    }

    /** Bytes held on the heap. */
    public long stateBytes() {
        return 16L * ids.length + set.stateBytes();
    }

    @Override
    public boolean hasChanges() {
        return written < tail || streamTimeMs != writtenTimeMs;
    }

    /**
     * Stream time; first known position; position and number of the new ids; of each the time minus the one before and
     * the hash, eight bytes.
     */
    @Override
    public void writeChanges(DataOutput out) throws IOException {
        written = Math.max(written, head);
        write(written, tail, out);
        written();
    }

    private void write(long from, long to, DataOutput out) throws IOException {
        buffer.clear();
        buffer.putSigned(streamTimeMs);
        buffer.putNumber(head);
        buffer.putNumber(from);
        buffer.putNumber(to - from);
        long lastMs = streamTimeMs;
        for (long k = from; k < to; k++) {
            buffer.putSigned(times[at(k)] - lastMs);
            buffer.putLong(ids[at(k)]);
            lastMs = times[at(k)];
        }
        buffer.writeTo(out, VERSION);
    }

    /**
     * All ids that are known, whatever was written before, oldest first; at least one chunk. Changes nothing here.
     *
     * @param most ids of a chunk
     */
    public List<HeldChunk> held(int most) throws IOException {
        List<HeldChunk> chunks = new ArrayList<>();
        for (long from = head; from == head || from < tail; from += most) {
            long to = Math.min(tail, from + most);
            var bytes = new ByteArrayOutputStream();
            write(from, to, new DataOutputStream(bytes));
            long neededUntil = to == from ? streamTimeMs : times[at(to - 1)] + horizonMs;
            chunks.add(new HeldChunk(bytes.toByteArray(), Math.max(streamTimeMs, neededUntil)));
        }
        return chunks;
    }

    @Override
    public long neededUntilMs() {
        return neededUntilMs;
    }

    @Override
    public void readChanges(DataInput in) throws IOException {
        buffer.readFrom(in, VERSION, "chunk of seen ids");
        long chunkTimeMs = buffer.getSigned();
        forgetBefore(buffer.getNumber());
        skipTo(buffer.getNumber());
        long lastMs = chunkTimeMs;
        for (long left = buffer.getNumber(); left > 0; left--) {
            lastMs += buffer.getSigned();
            long id = buffer.getLong();
            set.add(id);
            append(id, lastMs);
        }
        advance(chunkTimeMs);
        written();
    }

    /** What was forgotten when the chunk was written goes first, or an id that came again would be here twice. */
    private void forgetBefore(long position) {
        while (head < Math.min(position, tail)) {
            forgetOldest();
        }
    }

    /** Ids that came and were forgotten between two chunks are in neither, and took positions all the same. */
    private void skipTo(long position) {
        if (head == tail) {
            head = position;
        }
        tail = position;
    }

    private void written() {
        written = tail;
        writtenTimeMs = streamTimeMs;
        neededUntilMs = Math.max(neededUntilMs, streamTimeMs);
        if (tail > head) {
            neededUntilMs = Math.max(neededUntilMs, times[at(tail - 1)] + horizonMs);
        }
    }

    private void advance(long timeMs) {
        streamTimeMs = Math.max(streamTimeMs, timeMs);
        while (head < tail && times[at(head)] + horizonMs < streamTimeMs) {
            forgetOldest();
        }
    }

    private void append(long id, long timeMs) {
        if (tail - head == maxIds) {
            forgetOldest();
            forgottenEarly++;
        }
        if (tail - head == ids.length) {
            grow();
        }
        ids[at(tail)] = id;
        times[at(tail)] = timeMs;
        tail++;
    }

    private void forgetOldest() {
        set.remove(ids[at(head)]);
        head++;
    }

    private int at(long position) {
        return (int) position & (ids.length - 1);
    }

    /** Doubles the rings; every position moves to where its low bits, one more now, say. */
    private void grow() {
        int half = ids.length;
        ids = Arrays.copyOf(ids, half * 2);
        times = Arrays.copyOf(times, half * 2);
        for (long k = head; k < tail; k++) {
            int from = (int) k & (half - 1);
            if (at(k) != from) {
                ids[at(k)] = ids[from];
                times[at(k)] = times[from];
            }
        }
    }
}
