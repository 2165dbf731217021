package io.millrace.query;

import java.util.List;

/** What the model gives single items for one user. Any thread may ask. */
public interface Scoring {

    /** What the scores are made by, shown with each answer: {@code embedding} for logits, {@code tree} for ln P. */
    String name();

    /**
     * The scores of items, parallel to them; NaN where an item is not known.
     *
     * @param embedding of the user, as it is served; zeros for one without a row
     * @throws Unavailable when what scores has just moved to another instance
     */
    float[] scores(String user, float[] embedding, List<String> items);

    /** By the score of the embedding, b + x · y. */
    static Scoring byEmbedding(ItemIndex items) {
        return new EmbeddingScoring(items);
    }
}
