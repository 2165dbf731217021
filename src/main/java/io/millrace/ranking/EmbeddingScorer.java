package io.millrace.ranking;

/** The model of embeddings, as a ranking sees it. */
public interface EmbeddingScorer {

    /** Writes the score of every slot below {@link Query#slots()} for the user of the query; logits. */
    void score(Query query, float[] out);
}
