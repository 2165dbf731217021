package io.millrace.topology;

import io.millrace.event.EntityId;
import io.millrace.learning.HierarchicalSoftmax;
import io.millrace.ranking.JournaledRanker;
import io.millrace.ranking.RankerReader;
import io.millrace.sampling.RecentItems;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The served ranking of one learner task, for queries on any thread while the task learns. The task holds the lock for one
 * record at a time; a query holds it while it copies what it needs, and makes room and does the sums before and after.
 */
public final class LiveRanking {

    /** What {@link #scoreAll} returns when the task has ended here. */
    public static final int ENDED = -1;

    private final JournaledRanker ranker;
    private final ItemView view;
    private final ItemTable table;
    private final @Nullable HierarchicalSoftmax tree;
    private final Lock lock;
    private final Queue<Asker> idle = new ConcurrentLinkedQueue<>();
    private boolean ended;

    /**
     * @param tree what ranks in the place of the embeddings; null where they do
     * @param lock fair; held by the task while it learns
     */
    LiveRanking(JournaledRanker ranker, ItemView view, ItemTable table, @Nullable HierarchicalSoftmax tree, Lock lock) {
        this.ranker = ranker;
        this.view = view;
        this.table = table;
        this.tree = tree;
        this.lock = lock;
    }

    JournaledRanker ranker() {
        return ranker;
    }

    /** The event time that answers are as of, epoch milliseconds. */
    long newestMs() {
        lock.lock();
        try {
            return ranker.newestMs();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A score for every place of the item table.
     *
     * @param clicked the user's clicks, newest first
     * @param excludeClicked true when those are not recommended again
     * @param embedding of the user, as it is served
     * @param out {@code out[place]}; negative infinity where there is no item
     * @return places written, at most {@code out.length}, or {@link #ENDED}
     */
    public int scoreAll(EntityId user, RecentItems clicked, boolean excludeClicked, float[] embedding, float[] out) {
        Asker waiting = idle.poll();
        Asker asker = waiting != null ? waiting : new Asker();
        try {
            return asker.ask(user, clicked, excludeClicked, embedding, out);
        } finally {
            idle.add(asker);
        }
    }

    /**
     * ln P of items by the tree, in their order; NaN where the task does not know one. Null when the task has ended here.
     *
     * @param embedding of the user, as it is served
     */
    public float @Nullable [] logProbabilities(float[] embedding, List<EntityId> items) {
        HierarchicalSoftmax asked = Objects.requireNonNull(tree, "the model has no tree");
        float[] vector = Arrays.copyOf(embedding, view.rows().padded());
        float[] logs = new float[items.size()];
        lock.lock();
        try {
            for (int k = 0; k < logs.length; k++) {
                int slot = view.catalog().slotOf(items.get(k).hash());
                boolean isKnown = slot >= 0 && view.catalog().item(slot).equals(items.get(k));
                logs[k] = isKnown ? asked.logProbability(vector, slot) : Float.NaN;
            }
            return ended ? null : logs;
        } finally {
            lock.unlock();
        }
    }

    /** The buffers of one query at a time. */
    private final class Asker {

        private final RankerReader reader = ranker.newReader();
        private final float[] vector = new float[view.rows().padded()];
        private final float[][] byPlace = {new float[0]};
        private float[] bySlot = new float[0];
        private int[] placeOf = new int[0];

        int ask(EntityId user, RecentItems clicked, boolean excludeClicked, float[] embedding, float[] out) {
            System.arraycopy(embedding, 0, vector, 0, embedding.length);
            int places = Math.min(out.length, table.scoreAll(vector, vector.length, byPlace));
            room(places);
            while (!gather(user, clicked, excludeClicked, places)) {
                room(bySlot.length * 2);
            }
            spread(reader.combine(bySlot), places, out);
            return ended() ? ENDED : places;
        }

        private void room(int slots) {
            int larger = slots + slots / 8 + 64;
            if (bySlot.length < slots || bySlot.length == 0) {
                bySlot = new float[larger];
                placeOf = new int[larger];
                reader.room(larger);
            }
        }

        /** Returns false when there is too little room, which is not made while the task waits. */
        private boolean gather(EntityId user, RecentItems clicked, boolean excludeClicked, int places) {
            lock.lock();
            try {
                int slots = view.catalog().slots();
                if (slots > bySlot.length || !reader.hasRoom()) {
                    return false;
                }
                view.places().copy(placeOf, slots);
                for (int slot = 0; slot < slots; slot++) {
                    int place = placeIn(slot);
                    float score = place >= 0 && place < places ? byPlace[0][place] : 0;
                    bySlot[slot] = score == Float.NEGATIVE_INFINITY ? 0 : score;
                }
                if (tree != null) {
                    tree.logProbabilities(vector, bySlot); // belongs to the task, so it cannot be asked after the lock
                }
                reader.gather(user, clicked, excludeClicked, bySlot);
                return true;
            } finally {
                lock.unlock();
            }
        }

        /** A task without events does not look at what was published since its last one, so that is looked up here. */
        private int placeIn(int slot) {
            if (placeOf[slot] < 0 && view.catalog().isActive(slot)) {
                placeOf[slot] = table.placeOf(view.catalog().item(slot).hash());
            }
            return placeOf[slot];
        }

        private void spread(int slots, int places, float[] out) {
            Arrays.fill(out, 0, places, Float.NEGATIVE_INFINITY);
            for (int slot = 0; slot < slots; slot++) {
                int place = placeOf[slot];
                if (place >= 0 && place < places && byPlace[0][place] != Float.NEGATIVE_INFINITY) {
                    out[place] = bySlot[slot];
                }
            }
        }

        private boolean ended() {
            lock.lock();
            try {
                return ended;
            } finally {
                lock.unlock();
            }
        }
    }
}
