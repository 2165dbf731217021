package io.millrace.sampling;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import io.millrace.event.LongIndex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentItemsTest {

    @Test
    void agreesWithADequeWhateverIsAddedAndRemoved() {
        forSeeds(60, random -> {
            int capacity = 1 + random.nextInt(20);
            var ring = new RecentItems(capacity);
            ArrayDeque<Long> naive = new ArrayDeque<>();
            for (int step = 0; step < 300; step++) {
                long item = random.nextInt(12);
                if (random.nextInt(6) == 0) {
                    ring.remove(item);
                    naive.removeIf(other -> other == item);
                } else {
                    ring.add(item, 10 * item);
                    naive.addFirst(item);
                    if (naive.size() > capacity) {
                        naive.removeLast();
                    }
                }
                check(newestFirst(ring).equals(List.copyOf(naive)), ring + " is not " + naive);
                check(ring.contains(item) == naive.contains(item), "contains " + item);
            }
        });
    }

    private static List<Long> newestFirst(RecentItems ring) {
        List<Long> items = new ArrayList<>();
        for (int k = 0; k < ring.size(); k++) {
            items.add(ring.item(k));
            check(ring.atMs(k) == 10 * ring.item(k), "time of " + ring.item(k));
        }
        return items;
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    /** A slot that was remembered past the retirement of its item would lead to the item that has it now. */
    @Test
    void aSlotIsFoundAnewAfterAnItemWasRetired() {
        Catalog catalog = new Catalog();
        RecentItems items = new RecentItems(4);
        EntityId first = EntityId.of("first");
        EntityId second = EntityId.of("second");
        catalog.add(first);
        int slot = catalog.add(second);
        items.add(first.hash(), 1);
        items.add(second.hash(), 2);
        assertThat(items.slot(0, catalog)).isEqualTo(slot);
        catalog.retire(second.hash());
        catalog.add(EntityId.of("other"));
        assertThat(items.slot(0, catalog)).isEqualTo(LongIndex.ABSENT);
        assertThat(items.slot(1, catalog)).isZero();
        assertThat(catalog.add(second)).isEqualTo(items.slot(0, catalog)).isNotEqualTo(slot);
    }

    @Test
    void slotsAreThoseOfTheEntriesWhateverWasAddedOrRemoved() {
        forSeeds(50, random -> {
            Catalog catalog = new Catalog();
            RecentItems items = new RecentItems(1 + random.nextInt(9));
            for (int k = 0; k < 100; k++) {
                EntityId item = EntityId.of("item" + random.nextInt(12));
                catalog.add(item);
                if (random.nextInt(4) == 0) {
                    items.remove(item.hash());
                } else {
                    items.add(item.hash(), k);
                }
                if (random.nextInt(10) == 0) {
                    catalog.retire(item.hash());
                }
                for (int at = 0; at < items.size(); at++) {
                    if (items.slot(at, catalog) != catalog.slotOf(items.item(at))) {
                        throw new AssertionError("another slot");
                    }
                }
            }
        });
    }
}
