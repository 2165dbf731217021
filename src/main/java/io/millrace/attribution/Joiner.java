package io.millrace.attribution;

import io.millrace.attribution.Balance.Count;
import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Finds the impression that a click answers, by event time alone, so that a replay gives the same outcomes.
 *
 * <p>A click may answer an impression of the same user and item that was shown at or before it, if it names the
 * impression or its request, or names nothing; of several, the one shown last, and of those the one that arrived last.
 * With S the stream time (the largest event time so far), t the time of the impression, c that of the click:
 *
 * <pre>
 *   open        until S &gt; t + window + grace           a click with c &le; t + window: clicked
 *                                                     a click with c &gt; t + window: late, and never unclicked
 *   decided     at its end, if open: unclicked        a click, whatever its c:     late, retracts the first time
 *   forgotten   when S &gt; t + window + grace + late     a click: orphan
 * </pre>
 *
 * <p>Every impression ends in exactly one of clicked, unclicked and late, and the first click settles which: on a
 * clicked impression each further action is clicked again, on a late one late again, as long as it is remembered. An
 * impression that arrives when it is already due is decided on arrival, after the clicks that waited for it.
 *
 * <p>A click that finds no impression waits for one until S &gt; c + clickWait, then it is an orphan; with a clickWait of
 * 0 it is one at once. A click that is earlier than the impression it names does not answer it.
 *
 * <p>More than {@code maxPending} entries: those due first end early (an open impression as unclicked, a click as an
 * orphan) and are forgotten, one for each that is too many.
 *
 * <p>One per partition; not thread-safe. The {@link Balance} is not in the chunks; keep it beside them.
 */
public final class Joiner implements ChunkedState {

    private final AttributionConfig config;
    private final Balance balance = new Balance();
    private final Pending pending;
    private final JoinerChunks chunks;

    public Joiner(AttributionConfig config) {
        this.config = config;
        pending = new Pending(config.lateMs());
        chunks = new JoinerChunks(config, pending);
    }

    /** Where all events went; counts of what never reaches the joiner are added by the caller. */
    public Balance balance() {
        return balance;
    }

    /** The largest event time so far, or {@link Long#MIN_VALUE} before the first. */
    public long streamTimeMs() {
        return pending.streamTimeMs();
    }

    /** Moves the stream time forward, if it is, and tells what is due by it. */
    public void advance(long streamTimeMs, Outcomes outcomes) {
        if (streamTimeMs > pending.streamTimeMs()) {
            pending.streamTimeMs(streamTimeMs);
            settle(outcomes);
        }
    }

    public void accept(Impression impression, Outcomes outcomes) {
        advance(impression.atMs(), outcomes);
        balance.plus(Count.IMPRESSIONS_IN);
        balance.plus(Count.IMPRESSIONS_PENDING);
        int slot = pending.add(impression, Entries.OPEN, impression.atMs() + config.openMs());
        if (pending.hasWaiting()) {
            answerWaiting(impression, slot, outcomes);
        }
        settle(outcomes);
        shrink(outcomes);
    }

    public void accept(Click click, Outcomes outcomes) {
        advance(click.atMs(), outcomes);
        balance.plus(Count.CLICKS_IN);
        balance.plus(Count.CLICKS_WAITING);
        int slot = pending.answeredBy(click);
        if (slot != Entries.NONE) {
            answer(slot, click, outcomes);
        } else if (config.clickWaitMs() > 0 && click.atMs() + config.clickWaitMs() >= pending.streamTimeMs()) {
            pending.add(click, Entries.WAITING, click.atMs() + config.clickWaitMs());
            shrink(outcomes);
        } else {
            orphan(click, outcomes);
        }
    }

    /** The impressions of a user that are still open and unclicked, the last to arrive first. */
    public void eachOpen(long userHash, Consumer<Impression> action) {
        Entries entries = pending.entries;
        for (int slot = entries.first(userHash); slot != Entries.NONE; slot = entries.next(slot)) {
            if (entries.state(slot) == Entries.OPEN) {
                action.accept(entries.impression(slot));
            }
        }
    }

    /** Bytes held on the heap, without the events themselves. */
    public long stateBytes() {
        return pending.stateBytes();
    }

    @Override
    public boolean hasChanges() {
        return chunks.hasChanges();
    }

    @Override
    public void writeChanges(DataOutput out) throws IOException {
        chunks.write(out);
    }

    @Override
    public long neededUntilMs() {
        return chunks.neededUntilMs();
    }

    @Override
    public void readChanges(DataInput in) throws IOException {
        chunks.read(in);
    }

    /**
     * All that is held of some users, as chunks from which a joiner of these users alone goes on. Changes nothing here.
     *
     * @param most entries of a chunk
     */
    public List<HeldChunk> held(Predicate<EntityId> users, int most) throws IOException {
        return chunks.held(users, most);
    }

    /** What the balance of a joiner says that holds this of some users and has decided nothing. */
    public Balance heldBalance(Predicate<EntityId> users) {
        Balance held = new Balance();
        for (int slot = 0; slot < pending.entries.used(); slot++) {
            if (pending.entries.sequence(slot) >= 0
                    && users.test(pending.entries.event(slot).user())) {
                countHeld(pending.entries.state(slot), held);
            }
        }
        return held;
    }

    private static void countHeld(byte state, Balance held) {
        if (state == Entries.OPEN) {
            held.plus(Count.IMPRESSIONS_IN);
            held.plus(Count.IMPRESSIONS_PENDING);
        } else if (state == Entries.WAITING) {
            held.plus(Count.CLICKS_IN);
            held.plus(Count.CLICKS_WAITING);
        }
    }

    private void settle(Outcomes outcomes) {
        for (int slot = pending.due(); slot != Entries.NONE; slot = pending.due()) {
            byte state = pending.entries.state(slot);
            Event event = pending.entries.event(slot);
            pending.endPhase();
            conclude(state, event, outcomes);
        }
    }

    private void shrink(Outcomes outcomes) {
        while (pending.entries.size() > config.maxPending()) {
            int slot = pending.earliest();
            byte state = pending.entries.state(slot);
            Event event = pending.entries.event(slot);
            pending.drop(slot);
            balance.plus(Count.OVERFLOWED);
            conclude(state, event, outcomes);
        }
    }

    private void conclude(byte state, Event event, Outcomes outcomes) {
        if (state == Entries.OPEN) {
            balance.move(Count.IMPRESSIONS_PENDING, Count.IMPRESSIONS_UNCLICKED);
            outcomes.unclicked((Impression) event);
        } else if (state == Entries.WAITING) {
            orphan((Click) event, outcomes);
        }
    }

    private void answerWaiting(Impression impression, int slot, Outcomes outcomes) {
        for (int wait = pending.waitingFor(impression); wait != Entries.NONE; wait = pending.waitingFor(impression)) {
            Click click = pending.entries.click(wait);
            pending.drop(wait);
            answer(slot, click, outcomes);
        }
    }

    private void answer(int slot, Click click, Outcomes outcomes) {
        Impression impression = pending.entries.impression(slot);
        switch (pending.entries.state(slot)) {
            case Entries.OPEN -> answerOpen(slot, impression, click, outcomes);
            case Entries.CLICKED -> clicked(impression, click, outcomes);
            case Entries.UNCLICKED -> retract(slot, impression, click, outcomes);
            default -> lateClicked(impression, click, false, outcomes);
        }
    }

    private void answerOpen(int slot, Impression impression, Click click, Outcomes outcomes) {
        if (click.atMs() <= impression.atMs() + config.windowMs()) {
            pending.mark(slot, Entries.CLICKED);
            balance.move(Count.IMPRESSIONS_PENDING, Count.IMPRESSIONS_CLICKED);
            clicked(impression, click, outcomes);
        } else {
            pending.mark(slot, Entries.LATE);
            balance.move(Count.IMPRESSIONS_PENDING, Count.IMPRESSIONS_LATE);
            lateClicked(impression, click, false, outcomes);
        }
    }

    private void retract(int slot, Impression impression, Click click, Outcomes outcomes) {
        pending.mark(slot, Entries.LATE);
        balance.move(Count.IMPRESSIONS_UNCLICKED, Count.IMPRESSIONS_LATE);
        lateClicked(impression, click, true, outcomes);
    }

    private void clicked(Impression impression, Click click, Outcomes outcomes) {
        balance.move(Count.CLICKS_WAITING, Count.CLICKS_ANSWERED);
        outcomes.clicked(impression, click);
    }

    private void lateClicked(Impression impression, Click click, boolean retracts, Outcomes outcomes) {
        balance.move(Count.CLICKS_WAITING, Count.CLICKS_LATE);
        outcomes.lateClicked(impression, click, retracts);
    }

    private void orphan(Click click, Outcomes outcomes) {
        balance.move(Count.CLICKS_WAITING, Count.CLICKS_ORPHAN);
        outcomes.orphan(click);
    }
}
