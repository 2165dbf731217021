package io.millrace.ranking;

import io.millrace.learning.HierarchicalSoftmax;
import io.millrace.learning.ItemRows;
import io.millrace.learning.OnlineLearner;

/**
 * Scores by the rows of a learner in this process: the user is represented once, then one dot product per item runs
 * straight through the rows. An item that was never stepped scores 0, like any bias and product that nothing is known of.
 * Where paths in a tree are learned, a score is the logarithm of a probability.
 */
public final class LearnerScorer implements EmbeddingScorer {

    private final OnlineLearner learner;
    private final float[] user;
    private float[] byRow = new float[64];

    public LearnerScorer(OnlineLearner learner) {
        this.learner = learner;
        user = new float[learner.items().padded()];
    }

    @Override
    public void score(Query query, float[] out) {
        ItemRows items = learner.items();
        learner.represent(learner.users().row(query.user()), user);
        HierarchicalSoftmax tree = learner.tree();
        if (tree != null) {
            tree.logProbabilities(user, out);
            return;
        }
        scoreRows(items);
        for (int slot = 0; slot < query.slots(); slot++) {
            int row = items.rowIfPresent(slot);
            out[slot] = row >= 0 ? byRow[row] : 0;
        }
    }

    private void scoreRows(ItemRows items) {
        int rows = items.rows();
        if (rows > byRow.length) {
            byRow = new float[rows * 2];
        }
        items.scoreMovedRows(user, byRow);
    }
}
