package io.millrace.ranking;

/** The embeddings as a ranker. They are taught elsewhere, with negatives, so {@link #learn} does nothing. */
public record EmbeddingRanker(EmbeddingScorer scorer) implements Ranker {

    @Override
    public String name() {
        return "embedding";
    }

    @Override
    public void score(Query query, float[] out) {
        float[] known = query.embedding();
        if (known != null) {
            System.arraycopy(known, 0, out, 0, query.slots());
        } else {
            scorer.score(query, out);
        }
    }

    @Override
    public void learn(Query query, int slot) {}

    @Override
    public long stateBytes() {
        return 0;
    }
}
