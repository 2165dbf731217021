package io.millrace.sampling;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import io.millrace.event.LongIndex;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CatalogTest {

    @Test
    void agreesWithAMapWhateverIsAddedAndRetired() {
        forSeeds(40, random -> {
            var catalog = new Catalog();
            Map<EntityId, Integer> naive = new HashMap<>();
            TreeSet<Integer> holes = new TreeSet<>();
            int next = 0;
            for (int step = 0; step < 1000; step++) {
                EntityId item = EntityId.of("item" + random.nextInt(120));
                if (random.nextInt(2) == 0) {
                    Integer had = naive.remove(item);
                    assertThat(catalog.retire(item.hash())).isEqualTo(had == null ? LongIndex.ABSENT : had);
                    if (had != null) {
                        holes.add(had);
                    }
                } else if (!naive.containsKey(item)) {
                    Integer lowest = holes.pollFirst();
                    int expected = lowest == null ? next++ : lowest;
                    assertThat(catalog.add(item)).isEqualTo(expected);
                    naive.put(item, expected);
                } else {
                    assertThat(catalog.add(item)).isEqualTo(naive.get(item));
                }
                assertThat(catalog.size()).isEqualTo(naive.size());
            }
            naive.forEach((item, slot) -> {
                assertThat(catalog.slotOf(item.hash())).isEqualTo(slot);
                assertThat(catalog.item(slot)).isEqualTo(item);
            });
        });
    }

    @Test
    void restoredInAnyOrderItIsTheCatalogItWas() {
        forSeeds(20, random -> {
            TreeMap<Integer, EntityId> slots = new TreeMap<>();
            for (int k = 0; k < 100; k++) {
                slots.putIfAbsent(random.nextInt(10_000), EntityId.of("item" + k));
            }
            var restored = new Catalog();
            slots.entrySet().stream()
                    .sorted((a, b) -> a.getValue().text().compareTo(b.getValue().text()))
                    .forEach(entry -> assertThat(restored.restore(entry.getValue(), entry.getKey()))
                            .isEqualTo(entry.getKey()));
            assertThat(restored.slots()).isEqualTo(slots.lastKey() + 1);
            int k = 0;
            for (Integer slot : slots.keySet()) {
                assertThat(restored.activeAt(k++)).isEqualTo(slot);
            }
            int lowestHole = 0;
            while (slots.containsKey(lowestHole)) {
                lowestHole++;
            }
            assertThat(restored.add(EntityId.of("new"))).isEqualTo(lowestHole);
        });
    }

    /** Holes were once a sorted array: a restore in random order took quadratic time. */
    @Test
    void restoringAMillionSlotsDownwardsIsNotQuadratic() {
        var catalog = new Catalog();
        for (int slot = 299_999; slot >= 0; slot -= 2) {
            catalog.restore(EntityId.of("x" + slot), slot);
        }
        for (int k = 0; k < 150_000; k++) {
            assertThat(catalog.add(EntityId.of("y" + k))).isEqualTo(2 * k);
        }
    }
}
