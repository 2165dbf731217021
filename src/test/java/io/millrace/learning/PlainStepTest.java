package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** When the step by bounds is taken; that it learns the same bits is the matter of {@link NormBoundsTest}. */
class PlainStepTest {

    private static final float MAX_GRADIENT = 0.3f;

    private final Catalog catalog = new Catalog();
    private final LearningConfig config = config(0);
    private final Optimizer optimizer = Optimizers.make(config);
    private final ItemRows items = new ItemRows(config, optimizer, catalog, null);
    private final UserRows users = new UserRows(config, optimizer, 1, 1, 10);
    private final PlainStep step =
            new PlainStep(config, optimizer.constantRate(), items, users, new RowSteps(config, optimizer, items));
    private final ExampleRows example = new ExampleRows(items, new LogisticLoss(), true);
    private final int user = users.row(EntityId.of("u"));

    private static LearningConfig config(float l2) {
        return new LearningConfig(16, "logistic", "sgd", 0.1f, l2, 0.1f, 3, 10, MAX_GRADIENT, 1, 0, 1, true, 0, 0, 7);
    }

    /** A step on so many items, each with this pull. */
    private boolean take(int n, float pull) {
        var negatives = new Negatives();
        for (int k = 0; k < n; k++) {
            int slot = catalog.add(EntityId.of("i" + k));
            items.measureNorms(items.row(slot));
            if (k > 0) {
                negatives.add(slot, Double.NaN, 1, "given");
            }
        }
        example.gather(0, negatives, 0);
        Arrays.fill(example.pulls, 0, n, pull);
        return step.take(example, user, users.normBound(user), 5);
    }

    @Test
    void isTakenWhereNoGradientCanBeTooLong() {
        assertThat(take(1, 0.2f)).isTrue();
        assertThat(items.updates(0)).isEqualTo(1);
        assertThat(users.updates(user)).isEqualTo(1);
        assertThat(items.digest(0)).isEqualTo(5);
    }

    @Test
    void movesNothingWhereAnItemsGradientMayBeTooLongOrIsNoNumber() {
        for (float pull : new float[] {0.31f, -5, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertMovesNothing(1, pull);
        }
    }

    @Test
    void movesNothingWhereTheUsersGradientMayBeTooLong() {
        float each = 0.1f; // of rows whose norm is 0.1: a gradient of at most 0.01 n
        assertThat(take(25, each)).isTrue();
        assertMovesNothing(35, each);
    }

    private void assertMovesNothing(int n, float pull) {
        take(n, 0); // makes the rows
        float[] usersBefore = users.floats().clone();
        String itemsBefore = learned(n);
        assertThat(take(n, pull)).as("pull " + pull).isFalse();
        assertThat(users.floats()).isEqualTo(usersBefore);
        assertThat(learned(n)).isEqualTo(itemsBefore);
    }

    private String learned(int n) {
        var all = new StringBuilder();
        for (int row = 0; row < n; row++) {
            all.append(items.updates(row)).append(':');
            for (int k = 0; k < items.vectorFloats() + items.scalarFloats(); k++) {
                all.append(items.floats()[items.learned(row, k)]).append(' ');
            }
        }
        return all.toString();
    }

    @Test
    void fitsOneRateWithoutDecay() {
        assertThat(PlainStep.fits(config, optimizer)).isTrue();
        assertThat(PlainStep.fits(config(0.1f), optimizer)).isFalse();
        assertThat(PlainStep.fits(config, new Sgd(0.1f, 1, 0.5f))).isFalse();
        assertThat(PlainStep.fits(config, new RowAdagrad(0.1f, 1e-6f))).isFalse();
    }
}
