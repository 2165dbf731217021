package io.millrace.serving;

import io.millrace.event.EntityId;
import io.millrace.query.Ranking;
import io.millrace.query.Unavailable;
import io.millrace.query.UserState;
import io.millrace.sampling.RecentItems;
import io.millrace.store.UserRowFormat;
import io.millrace.topology.LiveRanking;
import io.millrace.topology.MillraceInstance;

/** The ranking that the task of a user's partition learns, the one its live metrics judge. */
public final class ServedRanking implements Ranking {

    private final MillraceInstance instance;
    private final String name;

    /** @param name of the ranking, as configured */
    public ServedRanking(MillraceInstance instance, String name) {
        this.instance = instance;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int scoreAll(String user, UserState state, boolean excludeSeen, float[] out) {
        int partition = instance.ownerOf(user).partition();
        LiveRanking live = instance.instance().ranking(partition);
        int places = live == null
                ? LiveRanking.ENDED
                : live.scoreAll(EntityId.of(user), clicks(user), excludeSeen, state.embedding(), out);
        if (places == LiveRanking.ENDED) {
            throw new Unavailable("partition " + partition + ", whose ranking this user is served, is moving");
        }
        return places;
    }

    /** The clicks with their times, which the answer about a user does not carry. */
    private RecentItems clicks(String user) {
        byte[] stored = ServedUsers.row(instance, user);
        return stored == null
                ? new RecentItems(1)
                : new UserRowFormat().read(stored).clicked();
    }
}
