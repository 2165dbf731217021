package io.millrace.query;

/** Orders the catalogue for one user: the larger, the earlier. Any thread may ask. */
public interface Ranking {

    /** What the order is made of, shown with each answer. */
    String name();

    /**
     * A score of every slot: {@code out[slot]}, negative infinity where vacant.
     *
     * @param excludeSeen true when the answer will leave out what the user clicked
     * @return slots written, at most {@code out.length}
     * @throws Unavailable when the ranking has just moved to another instance
     */
    int scoreAll(String user, UserState state, boolean excludeSeen, float[] out);

    /** By the score of the embedding, b + x · y. */
    static Ranking byEmbedding(ItemIndex items) {
        return new EmbeddingRanking(items);
    }
}
