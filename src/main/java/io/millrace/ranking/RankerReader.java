package io.millrace.ranking;

import io.millrace.event.EntityId;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.RecentItems;

/**
 * Asks a {@link JournaledRanker} beside the one who teaches it, and leaves no trace in it. {@link #gather} must not meet a
 * lesson; {@link #combine}, which takes most of the time, may. Reused, by one asker at a time.
 */
public final class RankerReader {

    private final JournaledRanker ranker;
    private final Catalog catalog;
    private final Query query;
    private final BlendScores scores;

    RankerReader(JournaledRanker ranker, Catalog catalog) {
        this.ranker = ranker;
        this.catalog = catalog;
        query = new Query(catalog);
        scores = ranker.blend().newScores();
    }

    /** Makes room for a catalog of so many slots. */
    public void room(int slots) {
        scores.room(Sweep.padded(slots));
    }

    /** True when {@link #gather} need not make room. */
    public boolean hasRoom() {
        return Sweep.padded(catalog.slots()) <= scores.capacity();
    }

    /**
     * Reads what a ranking for a user is made of, as of the newest click that was learned.
     *
     * @param clicked the user's clicks, newest first
     * @param excludeClicked true when those are not recommended again
     * @param embedding what the embeddings score, one per slot
     */
    public void gather(EntityId user, RecentItems clicked, boolean excludeClicked, float[] embedding) {
        query.start(user, clicked, excludeClicked, ranker.newestMs());
        query.embedding(embedding);
        scores.gather(query);
    }

    /** Writes a score for each slot there was; returns how many. Slots without an item mean nothing. */
    public int combine(float[] out) {
        scores.combine(query, out);
        return query.slots();
    }
}
