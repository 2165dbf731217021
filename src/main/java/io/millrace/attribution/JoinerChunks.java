package io.millrace.attribution;

import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.event.LongIndex;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The joiner's state as chunks. In the notation of {@link ChunkBuffer}:
 *
 * <pre>
 *   stream time, signed; next sequence; needed until minus stream time; window + grace; click wait
 *   records, each:  tag, sequence minus that of the record before (signed), and
 *     OPEN, CLICKED, LATE   a new impression: time minus stream time (signed), id, user, item, request or null,
 *                           position (signed), propensity
 *     WAITING               a new waiting click: time, id, user, item, impression or null, action, weight
 *     NOW_CLICKED, NOW_LATE the outcome of an impression of an older chunk
 *     GONE                  an entry of an older chunk that ended before its time
 *   END
 * </pre>
 *
 * <p>What follows from the stream time is not written: an open impression past its decision was told as unclicked, and
 * an entry past its end was forgotten. So most impressions are written once, and never mentioned again.
 */
final class JoinerChunks {

    private static final int VERSION = 1;

    private static final int END = 0;
    private static final int OPEN = 1;
    private static final int CLICKED = 2;
    private static final int LATE = 3;
    private static final int WAITING = 4;
    private static final int NOW_CLICKED = 5;
    private static final int NOW_LATE = 6;
    private static final int GONE = 7;

    private final AttributionConfig config;
    private final Pending pending;
    private final ChunkBuffer buffer = new ChunkBuffer();

    private long writtenTimeMs = Long.MIN_VALUE;
    private long neededUntilMs = Long.MIN_VALUE;

    /** Slots by sequence while chunks are read; goes with the first chunk that is written. */
    private @Nullable LongIndex bySequence;

    /** What the records before said, which the next one need not repeat. */
    private long lastSequence;

    private @Nullable EntityId lastUser;
    private @Nullable EntityId lastName;

    /** How long entries of the chunk at hand stay open or wait, by the settings of its writer. */
    private long openMs;

    private long clickWaitMs;

    JoinerChunks(AttributionConfig config, Pending pending) {
        this.config = config;
        this.pending = pending;
    }

    long neededUntilMs() {
        return neededUntilMs;
    }

    boolean hasChanges() {
        return pending.changes.size() > 0 || pending.streamTimeMs() != writtenTimeMs;
    }

    void write(DataOutput out) throws IOException {
        bySequence = null;
        raiseNeededUntil();
        head(neededUntilMs);
        for (int k = 0; k < pending.changes.size(); k++) {
            put(pending.changes.sequence(k), pending.changes.slot(k));
        }
        buffer.putByte(END);
        buffer.writeTo(out, VERSION);
        written(pending.nextSequence());
    }

    /** Everything held of some users, whatever was written before, oldest first; at least one chunk. */
    List<HeldChunk> held(Predicate<EntityId> users, int most) throws IOException {
        Entries entries = pending.entries;
        int[] slots = IntStream.range(0, entries.used())
                .filter(slot -> entries.sequence(slot) >= 0
                        && users.test(entries.event(slot).user()))
                .boxed()
                .sorted(Comparator.comparingLong(entries::sequence))
                .mapToInt(Integer::intValue)
                .toArray();
        List<HeldChunk> chunks = new ArrayList<>();
        long neededUntil = pending.streamTimeMs();
        for (int from = 0; from == 0 || from < slots.length; from += most) {
            int[] part = Arrays.copyOfRange(slots, from, Math.min(slots.length, from + most));
            for (int slot : part) {
                neededUntil = Math.max(neededUntil, pending.neededUntilMs(slot));
            }
            chunks.add(new HeldChunk(held(part, neededUntil), neededUntil));
        }
        return chunks;
    }

    private byte[] held(int[] slots, long neededUntil) throws IOException {
        head(neededUntil);
        for (int slot : slots) {
            putTag(newTag(slot), pending.entries.sequence(slot));
            putEvent(slot);
        }
        buffer.putByte(END);
        var bytes = new ByteArrayOutputStream();
        buffer.writeTo(new DataOutputStream(bytes), VERSION);
        return bytes.toByteArray();
    }

    private void head(long neededUntil) {
        buffer.clear();
        buffer.putSigned(pending.streamTimeMs());
        buffer.putNumber(pending.nextSequence());
        buffer.putNumber(neededUntil - pending.streamTimeMs());
        buffer.putNumber(config.openMs());
        buffer.putNumber(config.clickWaitMs());
        start(pending.nextSequence());
    }

    void read(DataInput in) throws IOException {
        buffer.readFrom(in, VERSION, "chunk of the joiner");
        pending.streamTimeMs(buffer.getSigned());
        long nextSequence = buffer.getNumber();
        neededUntilMs = pending.streamTimeMs() + buffer.getNumber();
        openMs = buffer.getNumber();
        clickWaitMs = buffer.getNumber();
        start(nextSequence);
        for (int tag = buffer.getByte(); tag != END; tag = buffer.getByte()) {
            take(tag);
        }
        while (pending.due() != Entries.NONE) {
            pending.endPhase();
        }
        written(nextSequence);
    }

    /**
     * The chunk is needed for the entries it opens, for the stream time it carries, and for as long as the chunks before
     * it: an outcome must not be lost before the impression is.
     */
    private void raiseNeededUntil() {
        neededUntilMs = Math.max(neededUntilMs, pending.streamTimeMs());
        for (int k = 0; k < pending.changes.size(); k++) {
            int slot = pending.changes.slot(k);
            if (slot != Changes.GONE && pending.entries.holds(slot, pending.changes.sequence(k))) {
                neededUntilMs = Math.max(neededUntilMs, pending.neededUntilMs(slot));
            }
        }
    }

    private void start(long nextSequence) {
        lastSequence = nextSequence;
        lastUser = null;
        lastName = null;
    }

    private void written(long nextSequence) {
        pending.written(nextSequence);
        writtenTimeMs = pending.streamTimeMs();
    }

    private void put(long sequence, int slot) {
        if (slot == Changes.GONE) {
            putTag(GONE, sequence);
        } else if (pending.entries.holds(slot, sequence)) {
            boolean known = pending.isWritten(sequence);
            putTag(known ? nowTag(slot) : newTag(slot), sequence);
            if (!known) {
                putEvent(slot);
            }
        }
    }

    private void putTag(int tag, long sequence) {
        buffer.putByte(tag);
        buffer.putSigned(sequence - lastSequence);
        lastSequence = sequence;
    }

    private int newTag(int slot) {
        return switch (pending.entries.state(slot)) {
            case Entries.CLICKED -> CLICKED;
            case Entries.LATE -> LATE;
            case Entries.WAITING -> WAITING;
            default -> OPEN;
        };
    }

    private int nowTag(int slot) {
        return pending.entries.state(slot) == Entries.CLICKED ? NOW_CLICKED : NOW_LATE;
    }

    private void putEvent(int slot) {
        Event event = pending.entries.event(slot);
        buffer.putSigned(event.atMs() - pending.streamTimeMs());
        buffer.putId(event.id(), null);
        buffer.putId(event.user(), lastUser);
        buffer.putId(event.item(), null);
        lastUser = event.user();
        if (event instanceof Click click) {
            putName(click.impression());
            buffer.putText(click.action());
            buffer.putFloat(click.weight());
        } else if (event instanceof Impression impression) {
            putName(impression.request());
            buffer.putSigned(impression.position());
            buffer.putFloat(impression.propensity());
        }
    }

    private void putName(@Nullable EntityId name) {
        buffer.putId(name, lastName);
        lastName = name;
    }

    private void take(int tag) throws IOException {
        long sequence = lastSequence + buffer.getSigned();
        lastSequence = sequence;
        if (tag <= WAITING) {
            open(tag, sequence);
            return;
        }
        int slot = slots().get(sequence);
        if (slot == LongIndex.ABSENT || !pending.entries.holds(slot, sequence)) {
            return;
        }
        switch (tag) {
            case NOW_CLICKED -> pending.entries.state(slot, Entries.CLICKED);
            case NOW_LATE -> pending.entries.state(slot, Entries.LATE);
            case GONE -> pending.entries.remove(slot);
            default -> throw new IOException("chunk of the joiner has a record of kind " + tag);
        }
    }

    private void open(int tag, long sequence) throws IOException {
        long atMs = pending.streamTimeMs() + buffer.getSigned();
        EntityId id = buffer.getKnownId(null);
        EntityId user = buffer.getKnownId(lastUser);
        EntityId item = buffer.getKnownId(null);
        lastUser = user;
        EntityId name = buffer.getId(lastName);
        lastName = name;
        slots().put(
                        sequence,
                        tag == WAITING
                                ? openClick(
                                        new Click(id, name, user, item, buffer.getText(), buffer.getFloat(), atMs),
                                        sequence)
                                : openImpression(
                                        tag,
                                        sequence,
                                        new Impression(
                                                id,
                                                name,
                                                user,
                                                item,
                                                (int) buffer.getSigned(),
                                                buffer.getFloat(),
                                                atMs)));
    }

    private int openClick(Click click, long sequence) {
        return pending.add(click, Entries.WAITING, sequence, click.atMs() + clickWaitMs);
    }

    private int openImpression(int tag, long sequence, Impression impression) {
        byte state = tag == CLICKED ? Entries.CLICKED : tag == LATE ? Entries.LATE : Entries.OPEN;
        return pending.add(impression, state, sequence, impression.atMs() + openMs);
    }

    private LongIndex slots() {
        LongIndex index = bySequence;
        if (index == null) {
            index = new LongIndex();
            for (int slot = 0; slot < pending.entries.used(); slot++) {
                if (pending.entries.sequence(slot) >= 0) {
                    index.put(pending.entries.sequence(slot), slot);
                }
            }
            bySequence = index;
        }
        return index;
    }
}
