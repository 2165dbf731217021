package io.millrace.pipeline;

import io.millrace.evaluation.RankMetrics;
import io.millrace.evaluation.Ranks;
import io.millrace.event.Click;
import io.millrace.event.CounterRandom;
import io.millrace.popularity.ItemCounts;
import io.millrace.ranking.Query;
import io.millrace.ranking.Ranker;
import io.millrace.sampling.Catalog;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Ranks the clicked item against the whole catalog before the click is learned: as it is served, by the embeddings alone,
 * by decayed popularity and at random, each on the same clicks, see {@link ClickQuestion}. Then teaches what is served:
 * its members by every click, its weights by those that were ranked.
 *
 * <p>Source: Vinagre, Jorge and Gama, "Evaluation of recommender systems in streaming environments", 2015.
 */
public final class Prequential implements Evaluator {

    private final double share;
    private final ClickQuestion question;
    private final Ranker ranker;
    private final Ranker embeddings;
    private final boolean isEmbedding;
    private final RankMetrics served;
    private final RankMetrics embedding;
    private final RankMetrics popular;
    private final RankMetrics random;
    private final CounterRandom chance = new CounterRandom();
    private float[] scores = new float[0];

    /**
     * @param share of clicks that are ranked, 0 to 1
     * @param recommendSeen true when what a user has clicked may be recommended again
     * @param cutoffs K of hit rate and NDCG
     * @param window clicks in the tumbling averages
     * @param served what is served
     * @param embedding the learned score alone; may be the same
     */
    public Prequential(
            double share,
            boolean recommendSeen,
            int[] cutoffs,
            int window,
            Catalog catalog,
            Ranker served,
            Ranker embedding) {
        this.share = share;
        question = new ClickQuestion(catalog, recommendSeen);
        ranker = served;
        embeddings = embedding;
        isEmbedding = served == embedding;
        double alpha = 1 - 1.0 / window;
        this.served = new RankMetrics(cutoffs, alpha, window);
        this.embedding = new RankMetrics(cutoffs, alpha, window);
        popular = new RankMetrics(cutoffs, alpha, window);
        random = new RankMetrics(cutoffs, alpha, window);
    }

    /** As it is served. */
    public RankMetrics served() {
        return served;
    }

    /** By the learned score alone. */
    public RankMetrics embedding() {
        return embedding;
    }

    /** By decayed clicks. */
    public RankMetrics popular() {
        return popular;
    }

    public RankMetrics random() {
        return random;
    }

    @Override
    public void evaluate(Pipeline pipeline, int user, int slot, Click click) {
        Query query;
        if (ClickQuestion.isChosen(click, share)) {
            query = question.ask(pipeline, user, slot, click);
            rankAll(query, pipeline.counts(), slot, click);
        } else {
            query = question.toLearn(pipeline, user, click, ranker.reach());
        }
        ranker.learn(query, slot);
    }

    private void rankAll(Query query, ItemCounts counts, int slot, Click click) {
        if (scores.length < query.padded()) {
            scores = new float[query.padded() * 5 / 4];
        }
        int candidates = Math.max(1, query.catalog().size() - query.excluded().size());
        scorePopular(query, counts);
        double popularity = rank(query, slot);
        int decile = Ranks.decile(popularity, candidates);
        observe(popular, popularity, decile);
        embeddings.score(query, scores);
        double byEmbedding = rank(query, slot);
        observe(embedding, byEmbedding, decile);
        if (isEmbedding) {
            observe(served, byEmbedding, decile);
        } else {
            ranker.score(query, scores);
            observe(served, rank(query, slot), decile);
        }
        double any = 1.0
                + chance.reset(0, click.id().hash(), ClickQuestion.purpose()).nextInt(candidates);
        observe(random, Double.isNaN(popularity) ? Double.NaN : any, decile);
    }

    /** Shares, since counts from a landmark go far beyond a float. */
    private void scorePopular(Query query, ItemCounts counts) {
        double total = Math.max(Double.MIN_NORMAL, counts.decayedClicks().total());
        for (int slot = 0; slot < query.slots(); slot++) {
            scores[slot] = (float) (counts.decayedClicks().get(slot) / total);
        }
    }

    private double rank(Query query, int slot) {
        query.blankHoles(scores);
        return Ranks.rank(scores, query.slots(), slot, query.excluded());
    }

    private void observe(RankMetrics metrics, double rank, int decile) {
        metrics.observe(rank, question.isNewUser(), question.isNewItem(), decile);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        for (RankMetrics metrics : new RankMetrics[] {served, embedding, popular, random}) {
            metrics.writeTo(out);
        }
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        for (RankMetrics metrics : new RankMetrics[] {served, embedding, popular, random}) {
            metrics.readFrom(in);
        }
    }
}
