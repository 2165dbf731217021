package io.millrace.serving;

import io.millrace.event.EntityId;
import io.millrace.query.Scoring;
import io.millrace.query.Unavailable;
import io.millrace.topology.LiveRanking;
import io.millrace.topology.MillraceInstance;
import java.util.List;

/** ln P of an item's path in the tree that the task of the user's partition learns; over all items, P sums to 1. */
public final class TreeScoring implements Scoring {

    private final MillraceInstance instance;

    public TreeScoring(MillraceInstance instance) {
        this.instance = instance;
    }

    @Override
    public String name() {
        return "tree";
    }

    @Override
    public float[] scores(String user, float[] embedding, List<String> items) {
        int partition = instance.ownerOf(user).partition();
        LiveRanking live = instance.instance().ranking(partition);
        List<EntityId> ids = items.stream().map(EntityId::of).toList();
        float[] scores = live == null ? null : live.logProbabilities(embedding, ids);
        if (scores == null) {
            throw new Unavailable("partition " + partition + ", whose tree scores for this user, is moving");
        }
        return scores;
    }
}
