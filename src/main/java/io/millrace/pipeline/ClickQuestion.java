package io.millrace.pipeline;

import io.millrace.event.Click;
import io.millrace.event.Hash;
import io.millrace.popularity.ItemCounts;
import io.millrace.ranking.Query;
import io.millrace.sampling.Catalog;

/**
 * Which clicks are ranked before they are learned, and against what; one rule for live metrics and for backtests. Clicks
 * are chosen by their ids, so they are the same in every run. Left out of the ranking are what the user has clicked
 * lately, unless it may be recommended again, and an item that nobody has seen before: both are misses, no gaps.
 */
public final class ClickQuestion {

    private static final int PURPOSE = 0x45;

    private final Query query;
    private final boolean recommendSeen;
    private boolean isSeen;
    private boolean isNewItem;

    /** @param recommendSeen true when what a user has clicked may be recommended again */
    public ClickQuestion(Catalog catalog, boolean recommendSeen) {
        query = new Query(catalog);
        this.recommendSeen = recommendSeen;
    }

    /** True for the given share of clicks, by hash. */
    public static boolean isChosen(Click click, double share) {
        return (Hash.pair(click.id().hash(), PURPOSE) >>> 11) * 0x1p-53 < share;
    }

    /** What chance draws from for this click, in {@link io.millrace.event.CounterRandom}. */
    public static int purpose() {
        return PURPOSE;
    }

    /**
     * The question to which a click is the answer, asked before it is learned.
     *
     * @param user row of the user, {@code slot} of the clicked item
     */
    public Query ask(Pipeline pipeline, int user, int slot, Click click) {
        query.start(click.user(), pipeline.learner().users().clicked(user), !recommendSeen, click.atMs());
        isSeen = query.excluded().contains(slot);
        isNewItem = isNew(pipeline.counts(), slot);
        if (isNewItem) {
            query.excluded().add(slot);
        }
        return query;
    }

    /** The question of a click that is not ranked, with as much in it as a ranker learns from. */
    public Query toLearn(Pipeline pipeline, int user, Click click, int reach) {
        return query.startToLearn(click.user(), pipeline.learner().users().clicked(user), reach, click.atMs());
    }

    /** The one impression that is answered is no knowledge of the item: when it was shown, the item was new. */
    private static boolean isNew(ItemCounts counts, int slot) {
        return counts.clicks(slot) == 0 && counts.exposures(slot) <= 1;
    }

    /** True when the clicked item would not have been recommended, since its user has had it. */
    public boolean isSeen() {
        return isSeen;
    }

    public boolean isNewItem() {
        return isNewItem;
    }

    /** True at a user's first click. */
    public boolean isNewUser() {
        return query.historySize() == 0;
    }
}
