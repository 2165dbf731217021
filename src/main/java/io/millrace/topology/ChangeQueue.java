package io.millrace.topology;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** What changed in the item table since its learner looked last; filled by one thread, drained by another. */
final class ChangeQueue {

    private final ConcurrentLinkedQueue<ItemTable.Change> changes = new ConcurrentLinkedQueue<>();

    void add(ItemTable.Change change) {
        changes.add(change);
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    ItemTable.@Nullable Change poll() {
        return changes.poll();
    }
}
