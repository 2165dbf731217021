package io.millrace.pipeline;

import io.millrace.sampling.SamplerState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Clicks that wait for those after them, where a click is learned from both sides. Of a user at most W wait: until W more have
 * come, or the session is over. Users are in the order in which they last clicked, so those whose session is over come first.
 *
 * <p>Clicks are remembered as the user's when they come; only their step waits. Written and read with the state of the
 * sampler. Bounded: with more than {@value #MOST} clicks waiting, sessions end early, the longest silent first.
 */
final class WaitingCentres implements SamplerState {

    static final int MOST = 100_000;

    /** One user's. */
    private static final class Session {
        final ArrayDeque<Positive> centres = new ArrayDeque<>();
        long touchedMs;
        long clickedMs;
    }

    private final int window;
    private final long gapMs;
    private final Map<Long, Session> sessions = new LinkedHashMap<>();
    private int size;

    /**
     * @param window W
     * @param gapMs pause that ends a session, event time
     */
    WaitingCentres(int window, long gapMs) {
        this.window = window;
        this.gapMs = gapMs;
    }

    int size() {
        return size;
    }

    /** Adds a click that has just been remembered as its user's. */
    void add(Positive positive, long streamTimeMs) {
        long user = positive.click().user().hash();
        Session known = sessions.remove(user);
        Session session = known != null ? known : new Session();
        sessions.put(user, session);
        session.centres.add(positive);
        session.touchedMs = streamTimeMs;
        session.clickedMs = positive.click().atMs();
        size++;
    }

    /** The next click of a user that is due since so many have come after it, or that one at {@code atMs} parts; else null. */
    @Nullable
    Positive dueBefore(long user, long atMs) {
        Session session = sessions.get(user);
        boolean isParted = session != null && Math.abs(atMs - session.clickedMs) > gapMs;
        return session != null && isParted ? take(user, session) : null;
    }

    /** The user's oldest click, when the window after it is full; else null. */
    @Nullable
    Positive dueAfter(long user) {
        Session session = sessions.get(user);
        return session != null && session.centres.size() > window ? take(user, session) : null;
    }

    /** The next click whose session is over at {@code nowMs}, or that there is no more room for; else null. */
    @Nullable
    Positive dueAt(long nowMs) {
        if (sessions.isEmpty()) {
            return null;
        }
        Map.Entry<Long, Session> eldest = sessions.entrySet().iterator().next();
        boolean isOver = nowMs - eldest.getValue().touchedMs > gapMs;
        return isOver || size > MOST ? take(eldest.getKey(), eldest.getValue()) : null;
    }

    private Positive take(long user, Session session) {
        Positive oldest = session.centres.remove();
        if (session.centres.isEmpty()) {
            sessions.remove(user);
        }
        size--;
        return oldest;
    }

    @Override
    public String name() {
        return "waiting-centres";
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(sessions.size());
        for (Map.Entry<Long, Session> entry : sessions.entrySet()) {
            out.writeLong(entry.getKey());
            out.writeLong(entry.getValue().touchedMs);
            out.writeLong(entry.getValue().clickedMs);
            out.writeInt(entry.getValue().centres.size());
            for (Positive positive : entry.getValue().centres) {
                positive.writeTo(out);
            }
        }
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        sessions.clear();
        size = 0;
        for (int left = in.readInt(); left > 0; left--) {
            Session session = new Session();
            sessions.put(in.readLong(), session);
            session.touchedMs = in.readLong();
            session.clickedMs = in.readLong();
            for (int clicks = in.readInt(); clicks > 0; clicks--) {
                session.centres.add(Positive.readFrom(in));
                size++;
            }
        }
    }

    @Override
    public long stateBytes() {
        return Positive.BYTES * size + 150L * sessions.size();
    }
}
