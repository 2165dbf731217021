package io.millrace.topology;

import io.millrace.learning.HierarchicalSoftmax;
import io.millrace.learning.OnlineLearner;
import io.millrace.ranking.EmbeddingScorer;
import io.millrace.ranking.Query;

/** Scores by the embeddings as a learner task sees them: published rows where it has no copy of its own. */
final class ViewScorer implements EmbeddingScorer {

    private final OnlineLearner learner;
    private final ItemView view;
    private final float[] vector;
    private final float[][] byPlace = {new float[0]};

    ViewScorer(OnlineLearner learner, ItemView view) {
        this.learner = learner;
        this.view = view;
        vector = new float[learner.users().padded()];
    }

    @Override
    public void score(Query query, float[] out) {
        learner.represent(learner.users().row(query.user()), vector);
        HierarchicalSoftmax tree = learner.tree();
        if (tree != null) {
            tree.logProbabilities(vector, out);
        } else {
            view.scoreAll(vector, byPlace, out);
        }
    }
}
