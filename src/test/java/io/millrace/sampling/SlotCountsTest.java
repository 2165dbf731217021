package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeded;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotCountsTest {

    @Test
    void countsAsAMapDoesAlsoWhenItIsEmptiedAndGrows() {
        Seeded.forSeeds(50, random -> {
            var counts = new SlotCounts();
            for (int round = 0; round < 5; round++) {
                Map<Integer, Integer> naive = new HashMap<>();
                int range = 1 + random.nextInt(1 << random.nextInt(20));
                for (int k = random.nextInt(500); k > 0; k--) {
                    int slot = random.nextInt(range);
                    counts.add(slot);
                    naive.merge(slot, 1, Integer::sum);
                }
                for (int k = 0; k < 1000; k++) {
                    int slot = random.nextInt(range);
                    assertThat(counts.count(slot)).isEqualTo(naive.getOrDefault(slot, 0));
                }
                naive.forEach((slot, count) -> assertThat(counts.count(slot)).isEqualTo(count));
                counts.clear();
            }
        });
    }
}
