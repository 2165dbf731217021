package io.millrace.pipeline;

import io.millrace.evaluation.RankMetrics;
import io.millrace.evaluation.Ranks;
import io.millrace.event.Click;
import io.millrace.event.CounterRandom;
import io.millrace.event.Hash;
import io.millrace.learning.OnlineLearner;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Exclusions;
import io.millrace.sampling.RecentItems;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Ranks the clicked item against the whole catalog before the click is learned: by the model, by decayed popularity, and
 * at random, each on the same events. Which clicks are ranked is decided by their ids, so it is the same share in every
 * run; items the user has clicked lately are left out, as they are from recommendations. An item that nobody has seen
 * before is a miss, not a gap.
 *
 * <p>Source: Vinagre, Jorge and Gama, "Evaluation of recommender systems in streaming environments", 2015.
 */
public final class Prequential implements Evaluator {

    /** Scores of every slot of the catalog for a user's vector. */
    public interface CatalogScores {
        void scoreAll(float[] vector, float[] out);
    }

    private static final int PURPOSE = 0x45;

    private final double share;
    private final CatalogScores model;
    private final RankMetrics learned;
    private final RankMetrics popular;
    private final RankMetrics random;
    private final CounterRandom chance = new CounterRandom();
    private final Exclusions excluded = new Exclusions();
    private float[] vector = new float[0];
    private float[] scores = new float[0];

    /**
     * @param share of clicks that are ranked, 0 to 1
     * @param cutoffs K of hit rate and NDCG
     * @param window clicks in the tumbling averages
     */
    public Prequential(double share, int[] cutoffs, int window, CatalogScores model) {
        this.share = share;
        this.model = model;
        double alpha = 1 - 1.0 / window;
        learned = new RankMetrics(cutoffs, alpha, window);
        popular = new RankMetrics(cutoffs, alpha, window);
        random = new RankMetrics(cutoffs, alpha, window);
    }

    public RankMetrics learned() {
        return learned;
    }

    /** Ranked by decayed clicks. */
    public RankMetrics popular() {
        return popular;
    }

    public RankMetrics random() {
        return random;
    }

    @Override
    public void evaluate(Pipeline pipeline, int user, int slot, Click click) {
        if (!isChosen(click.id().hash())) {
            return;
        }
        OnlineLearner learner = pipeline.learner();
        Catalog catalog = pipeline.catalog();
        ItemCounts counts = pipeline.counts();
        room(catalog.slots(), learner.users().padded());
        leaveOut(catalog, learner.users().clicked(user), slot);
        boolean newItem = counts.exposures(slot) + counts.clicks(slot) == 0;
        boolean newUser = learner.users().updates(user) == 0;

        // Shares, since counts from a landmark go far beyond a float.
        double total = Math.max(Double.MIN_NORMAL, counts.decayedClicks().total());
        for (int s = 0; s < catalog.slots(); s++) {
            scores[s] = (float) (counts.decayedClicks().get(s) / total);
        }
        double popularity = Ranks.rank(scores, catalog.slots(), slot, excluded);
        int decile = Ranks.decile(popularity, catalog.size() - excluded.size());
        popular.observe(newItem ? Double.POSITIVE_INFINITY : popularity, newUser, newItem, decile);

        learner.represent(user, vector);
        model.scoreAll(vector, scores);
        double rank = Ranks.rank(scores, catalog.slots(), slot, excluded);
        learned.observe(newItem ? Double.POSITIVE_INFINITY : rank, newUser, newItem, decile);

        int candidates = Math.max(1, catalog.size() - excluded.size());
        double any = 1.0 + chance.reset(0, click.id().hash(), PURPOSE).nextInt(candidates);
        random.observe(newItem ? Double.POSITIVE_INFINITY : any, newUser, newItem, decile);
    }

    private boolean isChosen(long event) {
        return (Hash.pair(event, PURPOSE) >>> 11) * 0x1p-53 < share;
    }

    private void leaveOut(Catalog catalog, RecentItems clicked, int target) {
        excluded.clear();
        for (int slot = 0; slot < catalog.slots(); slot++) {
            if (!catalog.isActive(slot)) {
                excluded.add(slot);
            }
        }
        for (int k = 0; k < clicked.size(); k++) {
            int slot = catalog.slotOf(clicked.item(k));
            if (slot != target) {
                excluded.add(slot);
            }
        }
    }

    private void room(int slots, int padded) {
        if (scores.length < slots) {
            scores = new float[slots + slots / 4];
        }
        if (vector.length < padded) {
            vector = new float[padded];
        }
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        learned.writeTo(out);
        popular.writeTo(out);
        random.writeTo(out);
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        learned.readFrom(in);
        popular.readFrom(in);
        random.readFrom(in);
    }
}
