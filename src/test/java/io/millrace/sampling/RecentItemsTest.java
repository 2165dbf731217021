package io.millrace.sampling;

import static io.millrace.testing.Seeded.forSeeds;

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
}
