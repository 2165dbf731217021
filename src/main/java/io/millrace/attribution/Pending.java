package io.millrace.attribution;

import io.millrace.event.Click;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the joiner holds, and when the phases of it end. An impression is open until its decision, then remembered; a
 * click waits. Phases end in order of due time, then of arrival. Nothing is told to anybody here, which is why a state
 * that is read back can pass through the same ends in silence. Not thread-safe.
 */
final class Pending {

    final Entries entries = new Entries();
    final Changes changes = new Changes();

    private final long lateMs;
    private final DueQueue decisions = new DueQueue();
    private final DueQueue memories = new DueQueue();
    private final DueQueue waits = new DueQueue();

    private long streamTimeMs = Long.MIN_VALUE;
    private long nextSequence;

    /** Entries from this sequence on are in no chunk yet. */
    private long firstUnwritten;

    Pending(long lateMs) {
        this.lateMs = lateMs;
    }

    long streamTimeMs() {
        return streamTimeMs;
    }

    void streamTimeMs(long streamTimeMs) {
        this.streamTimeMs = streamTimeMs;
    }

    long nextSequence() {
        return nextSequence;
    }

    boolean isWritten(long sequence) {
        return sequence < firstUnwritten;
    }

    /** Everything up to now is in a chunk, and the next entry has this sequence. */
    void written(long nextSequence) {
        this.nextSequence = nextSequence;
        firstUnwritten = nextSequence;
        changes.clear();
    }

    int add(Event event, byte state, long dueMs) {
        int slot = add(event, state, nextSequence++, dueMs);
        changes.add(entries.sequence(slot), slot, entries);
        return slot;
    }

    int add(Event event, byte state, long sequence, long dueMs) {
        int slot = entries.add(event, state, sequence, dueMs);
        (state == Entries.WAITING ? waits : decisions).add(dueMs, sequence, slot);
        return slot;
    }

    /** Sets the outcome of an impression that a click decided. */
    void mark(int slot, byte state) {
        entries.state(slot, state);
        if (isWritten(entries.sequence(slot))) {
            changes.add(entries.sequence(slot), slot, entries);
        }
    }

    /** Ends an entry before its time: an answered wait, or too many entries. */
    void drop(int slot) {
        long sequence = entries.sequence(slot);
        entries.remove(slot);
        if (isWritten(sequence)) {
            changes.add(sequence, Changes.GONE, entries);
        }
    }

    /** The entry whose phase ends first, if the stream time has passed that end; else {@link Entries#NONE}. */
    int due() {
        DueQueue queue = earliestQueue();
        return queue != null && queue.dueMs() < streamTimeMs ? queue.slot() : Entries.NONE;
    }

    /** The entry whose phase ends first; there is one. */
    int earliest() {
        return Objects.requireNonNull(earliestQueue()).slot();
    }

    /** Ends the phase that ends first: after its decision an impression is remembered, anything else is forgotten. */
    void endPhase() {
        DueQueue queue = Objects.requireNonNull(earliestQueue());
        int slot = queue.slot();
        queue.remove();
        if (queue != decisions) {
            entries.remove(slot);
            return;
        }
        if (entries.state(slot) == Entries.OPEN) {
            entries.state(slot, Entries.UNCLICKED);
        }
        memories.add(entries.dueMs(slot) + lateMs, entries.sequence(slot), slot);
    }

    /** When an entry is forgotten: once the stream time is greater. */
    long neededUntilMs(int slot) {
        return entries.dueMs(slot) + (entries.isWaiting(slot) ? 0 : lateMs);
    }

    /** Of the impressions that the click may answer the one shown last, or {@link Entries#NONE}. */
    int answeredBy(Click click) {
        long item = click.item().hash();
        int latest = Entries.NONE;
        for (int slot = entries.first(click.user().hash()); slot != Entries.NONE; slot = entries.next(slot)) {
            if (entries.itemHash(slot) == item
                    && !entries.isWaiting(slot)
                    && answers(click, entries.impression(slot))
                    && (latest == Entries.NONE || isAfter(slot, latest))) {
                latest = slot;
            }
        }
        return latest;
    }

    /** False only when no click waits. */
    boolean hasWaiting() {
        return !waits.isEmpty();
    }

    /** Of the waiting clicks that may answer the impression the one that came first, or {@link Entries#NONE}. */
    int waitingFor(Impression impression) {
        long item = impression.item().hash();
        int first = Entries.NONE;
        for (int slot = entries.first(impression.user().hash()); slot != Entries.NONE; slot = entries.next(slot)) {
            if (entries.itemHash(slot) == item
                    && entries.isWaiting(slot)
                    && answers(entries.click(slot), impression)
                    && (first == Entries.NONE || entries.sequence(slot) < entries.sequence(first))) {
                first = slot;
            }
        }
        return first;
    }

    long stateBytes() {
        return entries.stateBytes()
                + changes.stateBytes()
                + decisions.stateBytes()
                + memories.stateBytes()
                + waits.stateBytes();
    }

    private static boolean answers(Click click, Impression impression) {
        return impression.atMs() <= click.atMs()
                && impression.item().equals(click.item())
                && impression.user().equals(click.user())
                && (click.impression() == null
                        || click.impression().equals(impression.id())
                        || click.impression().equals(impression.request()));
    }

    private boolean isAfter(int slot, int other) {
        long atMs = entries.event(slot).atMs();
        long otherMs = entries.event(other).atMs();
        return atMs != otherMs ? atMs > otherMs : entries.sequence(slot) > entries.sequence(other);
    }

    private @Nullable DueQueue earliestQueue() {
        DueQueue first = earlier(null, decisions);
        first = earlier(first, memories);
        return earlier(first, waits);
    }

    private @Nullable DueQueue earlier(@Nullable DueQueue first, DueQueue queue) {
        while (!queue.isEmpty() && !entries.holds(queue.slot(), queue.sequence())) {
            queue.remove();
        }
        return queue.isEmpty() || (first != null && first.before(queue)) ? first : queue;
    }
}
