package io.millrace.learning;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import io.millrace.event.LongIndex;
import io.millrace.sampling.Catalog;
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
}
