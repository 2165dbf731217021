package io.millrace.ranking;

import io.millrace.event.EntityId;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Exclusions;
import io.millrace.sampling.RecentItems;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for a ranking, when, and what is known of them before the event that may follow. One object per partition,
 * refilled per user.
 */
public final class Query {

    private final Catalog catalog;
    private final Exclusions excluded = new Exclusions();
    private EntityId user = EntityId.withoutText(0);
    private RecentItems clicked = new RecentItems(1);
    private int[] history = new int[64];
    private int historySize;
    private long atMs;
    private int slots;
    private long question;
    private float @Nullable [] embedding;

    public Query(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * Starts a new question.
     *
     * @param clicked the user's clicks, newest first, up to a cap
     * @param excludeClicked true when what was clicked before is not recommended again
     * @param atMs event time, epoch milliseconds
     */
    public Query start(EntityId user, RecentItems clicked, boolean excludeClicked, long atMs) {
        this.user = user;
        this.clicked = clicked;
        this.atMs = atMs;
        begin();
        findHistory(clicked.size());
        for (int k = 0; excludeClicked && k < historySize; k++) {
            excluded.add(history[k]);
        }
        return this;
    }

    /**
     * Starts a question whose answer is known and is only learned from: nothing is excluded, and no more of the history
     * is looked up than that takes.
     *
     * @param reach clicks of the history that are enough, see {@link Ranker#reach}
     */
    public Query startToLearn(EntityId user, RecentItems clicked, int reach, long atMs) {
        this.user = user;
        this.clicked = clicked;
        this.atMs = atMs;
        begin();
        findHistory(Math.min(reach, clicked.size()));
        return this;
    }

    /**
     * The same when the history is known by slots; negative ones stand for items that have left.
     *
     * @param slotsThen slots of the catalog when it was learned first
     */
    Query startToLearn(long userHash, int[] slotsOfHistory, int size, long atMs, int slotsThen) {
        user = EntityId.withoutText(userHash);
        this.atMs = atMs;
        begin();
        slots = slotsThen;
        historySize = size;
        room();
        System.arraycopy(slotsOfHistory, 0, history, 0, size);
        return this;
    }

    private void begin() {
        slots = catalog.slots();
        excluded.clear();
        embedding = null;
        question++;
    }

    private void room() {
        if (historySize > history.length) {
            history = new int[historySize * 2];
        }
    }

    private void findHistory(int size) {
        historySize = size;
        room();
        for (int k = 0; k < historySize; k++) {
            history[k] = catalog.slotOf(clicked.item(k));
        }
    }

    /** The number of this question among those of this object. */
    long question() {
        return question;
    }

    /** Takes what the embeddings score, where whoever asks knows it already: one per slot, until the next question. */
    public void embedding(float[] scores) {
        embedding = scores;
    }

    /** What the embeddings score, or null when the ranker must find out. */
    float @Nullable [] embedding() {
        return embedding;
    }

    public EntityId user() {
        return user;
    }

    public Catalog catalog() {
        return catalog;
    }

    public RecentItems clicked() {
        return clicked;
    }

    /** Clicks that are known of the user. */
    public int historySize() {
        return historySize;
    }

    /** The slot of the k-th newest click; negative when its item has left the catalog. */
    public int history(int k) {
        return history[k];
    }

    /** Slots that are not recommended; the caller may add to them after {@link #start}. */
    public Exclusions excluded() {
        return excluded;
    }

    public long atMs() {
        return atMs;
    }

    /** Slots of the catalog at the start of the question. */
    public int slots() {
        return slots;
    }

    /** {@link #slots} rounded up to a multiple of 16: the least length of an array of scores. */
    public int padded() {
        return Sweep.padded(slots);
    }

    /** Puts NaN where a slot holds no item, so that it is neither ranked nor recommended. */
    public void blankHoles(float[] scores) {
        if (catalog.size() == catalog.slots()) {
            return;
        }
        for (int slot = 0; slot < slots; slot++) {
            if (!catalog.isActive(slot)) {
                scores[slot] = Float.NaN;
            }
        }
    }
}
