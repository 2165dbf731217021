package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.EntityId;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;
import org.junit.jupiter.api.Test;

class MixedNegativeTest {

    private static final float STEP = 0.5f;
    private static final LearningConfig CONFIG =
            new LearningConfig(8, "bpr", "sgd", STEP, 0, 1, 100, 10, 100, 1, 0, 1, true, 0, 0, 7);

    private final Catalog catalog = new Catalog();
    private final Optimizer optimizer = Optimizers.make(CONFIG);
    private final ItemRows items = new ItemRows(CONFIG, optimizer, catalog, null);
    private final UserRows users = new UserRows(CONFIG, optimizer, 5, 5, 100);
    private final OnlineLearner learner = new OnlineLearner(CONFIG, catalog, items, users, optimizer);

    /** The negative is 0.3 of the positive and 0.7 of another; its gradient goes to both, by those shares. */
    @Test
    void theGradientOfAMixtureGoesToEachOfItsRows() {
        int positive = catalog.add(EntityId.of("positive"));
        int other = catalog.add(EntityId.of("other"));
        int user = users.row(EntityId.of("user"));
        float[] v = new float[items.padded()];
        learner.represent(user, v);
        float si = items.score(v, items.row(positive));
        float sj = items.score(v, items.row(other));
        double pull = 1 / (1 + Math.exp(si - (0.3 * si + 0.7 * sj)));
        float[] before = items.floats().clone();

        var negatives = new Negatives();
        negatives.add(other, Double.NaN, 1f, "mixgcf-positive");
        negatives.addItemTerm(positive, 0.3f);
        negatives.addItemTerm(other, 0.7f);
        learner.learn(user, positive, negatives, 1f, 0);

        assertMoved(before, v, positive, STEP * (1 - 0.3) * pull);
        assertMoved(before, v, other, -STEP * 0.7 * pull);
    }

    @Test
    void aMixtureOfOneItemIsThatItem() {
        assertLearnedAsTheOther((mixture, positive, other) -> mixture.addItemTerm(other, 1f));
    }

    /** Which is why mixing with α at 0 learns what dns learns. */
    @Test
    void aMixtureWithNothingOfThePositiveIsLearnedAsTheItemItself() {
        assertLearnedAsTheOther((mixture, positive, other) -> {
            mixture.addItemTerm(positive, 0f);
            mixture.addItemTerm(other, 1f);
        });
    }

    private interface Terms {
        void addTo(Negatives mixture, int positive, int other);
    }

    private void assertLearnedAsTheOther(Terms terms) {
        int positive = catalog.add(EntityId.of("positive"));
        int other = catalog.add(EntityId.of("other"));
        var twin = new MixedNegativeTest();
        twin.catalog.add(EntityId.of("positive"));
        twin.catalog.add(EntityId.of("other"));
        var plain = new Negatives();
        plain.add(other, Double.NaN, 1f, "dns");
        var mixture = new Negatives();
        mixture.add(other, Double.NaN, 1f, "mixgcf-positive");
        terms.addTo(mixture, positive, other);
        learner.learn(users.row(EntityId.of("user")), positive, plain, 1f, 0);
        twin.learner.learn(twin.users.row(EntityId.of("user")), positive, mixture, 1f, 0);
        assertThat(twin.items.floats()).isEqualTo(items.floats());
        assertThat(twin.users.floats()).isEqualTo(users.floats());
    }

    private void assertMoved(float[] before, float[] v, int slot, double along) {
        int at = items.target(items.row(slot));
        for (int f = 0; f < 8; f++) {
            assertThat((double) items.floats()[at + f]).isCloseTo(before[at + f] + along * v[f], within(1e-6));
        }
    }
}
