package io.millrace.query;

/** Orders the catalogue for one user: the larger, the earlier. Any thread may ask. */
public interface Ranking {

    /** What the order is made of, shown with each answer. */
    String name();

    /**
     * A score of every slot: {@code out[slot]}, negative infinity where vacant.
     *
     * @return slots written, at most {@code out.length}
     */
    int scoreAll(UserState user, float[] out);

    /** By the score of the embedding, b + x · y. */
    static Ranking byEmbedding(ItemIndex items) {
        return new EmbeddingRanking(items);
    }
}
