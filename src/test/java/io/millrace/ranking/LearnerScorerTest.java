package io.millrace.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import io.millrace.learning.ItemRows;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.Optimizer;
import io.millrace.learning.Optimizers;
import io.millrace.learning.UserRows;
import org.junit.jupiter.api.Test;

class LearnerScorerTest {

    private final LearningConfig config =
            new LearningConfig(16, "logistic", "sgd", 0.1f, 0, 1, 100, 10, 10, 1, 5, 0.8f, false, 1, 1, 7);
    private final World world = new World().items(40);
    private final Optimizer optimizer = Optimizers.make(config);
    private final ItemRows items = new ItemRows(config, optimizer, world.catalog, null);
    private final UserRows users = new UserRows(config, optimizer, 20, 1, 1000);
    private final OnlineLearner learner = new OnlineLearner(config, world.catalog, items, users, optimizer);
    private final Ranker ranker = new EmbeddingRanker(new LearnerScorer(learner));

    @Test
    void scoresAreTheLearnersWhateverTheOrderOfItsRows() {
        EntityId user = EntityId.of("u");
        for (int slot = 39; slot >= 0; slot -= 3) {
            learner.learnPair(users.row(user), slot, slot % 2 == 0, 1, slot);
            users.clicked(users.row(user)).add(world.catalog.item(slot).hash(), slot);
        }
        world.catalog.retire(EntityId.of("i5").hash());
        float[] scores = world.scores(ranker, "u", 0);
        float[] represented = new float[items.padded()];
        learner.represent(users.row(user), represented);
        for (int slot = 0; slot < 40; slot++) {
            if (slot != 5) {
                int row = items.rowIfPresent(slot);
                boolean stepped = row >= 0 && items.changes(row) > 0;
                assertThat(scores[slot]).as("slot %d", slot).isEqualTo(stepped ? items.score(represented, row) : 0);
            }
        }
        assertThat(scores[5]).isFinite();
    }
}
