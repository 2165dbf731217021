package io.millrace.learning;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import io.millrace.event.LongIndex;
import io.millrace.sampling.Catalog;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ItemRowsTest {

    private static final int SLOTS = 30;

    @Test
    void aSlotHasTheRowThatWasMadeForItUntilItIsDropped() {
        forSeeds(50, random -> {
            var config = new LearningConfig(8, "logistic", "sgd", 0.1f, 0, 0.1f, 3, 10, 5, 1, 0, 1, true, 0, 0, 7);
            var catalog = new Catalog();
            for (int slot = 0; slot < SLOTS; slot++) {
                catalog.add(EntityId.of("i" + slot));
            }
            var rows = new ItemRows(config, Optimizers.make(config), catalog, null);
            Map<Integer, Integer> made = new HashMap<>();
            boolean startsInOrder = random.nextInt(2) == 0;
            for (int step = 0; step < 200; step++) {
                int slot = startsInOrder && step < SLOTS ? step : random.nextInt(SLOTS);
                if (step >= SLOTS && random.nextInt(3) == 0) {
                    rows.drop(slot);
                    made.remove(slot);
                } else {
                    made.put(slot, rows.row(slot));
                    assertThat(rows.slotOf(rows.row(slot))).isEqualTo(slot);
                }
                for (int each = 0; each < SLOTS; each++) {
                    assertThat(rows.rowIfPresent(each)).isEqualTo(made.getOrDefault(each, LongIndex.ABSENT));
                }
                assertThat(new HashSet<>(made.values())).hasSameSizeAs(made.keySet());
            }
        });
    }

    @Test
    void aRowThatIsUsedAgainHoldsNothingOfTheOneBefore() {
        for (boolean isLoaded : new boolean[] {true, false}) {
            var config = new LearningConfig(
                    20, "logistic", "adagrad-row", 0.1f, 0, 0.1f, 3, 10, 5, 1, 4, 0.7f, false, 0, 0, 7);
            var catalog = new Catalog();
            catalog.add(EntityId.of("a"));
            catalog.add(EntityId.of("b"));
            ItemRows.Source source = (slot, into, row) -> {
                for (int k = 0; isLoaded && slot == 1 && k < into.vectorFloats() + into.scalarFloats(); k++) {
                    into.floats()[into.learned(row, k)] = k;
                }
                return isLoaded && slot == 1;
            };
            var rows = new ItemRows(config, Optimizers.make(config), catalog, source);
            var fresh = new ItemRows(config, Optimizers.make(config), catalog, source);
            int used = rows.row(0);
            Arrays.fill(rows.floats(), rows.target(used), rows.target(used + 1), Float.NaN);
            rows.drop(0);
            int again = rows.row(1);
            int never = fresh.row(1);
            assertThat(again).isEqualTo(used);
            assertThat(Arrays.copyOfRange(rows.floats(), rows.target(again), rows.target(again + 1)))
                    .isEqualTo(Arrays.copyOfRange(fresh.floats(), fresh.target(never), fresh.target(never + 1)))
                    .doesNotContain(Float.NaN);
        }
    }
}
