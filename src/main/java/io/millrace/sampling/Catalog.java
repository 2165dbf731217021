package io.millrace.sampling;

import io.millrace.event.EntityId;
import io.millrace.event.LongIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The items a sampler may draw from, as of now. Each item has a slot, a small integer that every per-item array is
 * indexed by. Slots of retired items stay as holes and are given to the next new items, lowest first, so the order of
 * slots is a function of the order of events. Not thread-safe.
 */
public final class Catalog {

    /** Keeps something by slot in step with the items. */
    public interface Listener {

        /** An item got this slot. */
        void added(int slot);

        /** The item of this slot has gone; the slot may be given to another. */
        void retired(int slot);
    }

    private final List<Listener> listeners = new ArrayList<>();
    private final LongIndex index = new LongIndex(1024);
    private @Nullable EntityId[] items = new EntityId[1024];
    private final ActiveSlots active = new ActiveSlots();
    private int slots;
    private int limit = Integer.MAX_VALUE;
    private long retirements;

    /** Adds a listener, told of all later changes and now of each item present. */
    public void listen(Listener listener) {
        listeners.add(listener);
        for (int slot = 0; slot < slots; slot++) {
            if (isActive(slot)) {
                listener.added(slot);
            }
        }
    }

    /** Items that can be drawn. */
    public int size() {
        return active.size();
    }

    /** Sets how many items there is room for; no bound until then. */
    public void limit(int items) {
        limit = items;
    }

    /** True when there is no room for another item. */
    public boolean isFull() {
        return size() >= limit;
    }

    /** One above the highest slot in use. */
    public int slots() {
        return slots;
    }

    public boolean isActive(int slot) {
        return active.isSet(slot);
    }

    /** The k-th active slot in order of slots; k in [0, size). O(slots / 4096). */
    int activeAt(int k) {
        return active.select(k);
    }

    /** The slot of an item's hash, or {@link LongIndex#ABSENT}. */
    public int slotOf(long hash) {
        return index.get(hash);
    }

    /** Items retired so far: until this changes, every item keeps its slot. */
    long retirements() {
        return retirements;
    }

    /** The item in a slot. */
    public EntityId item(int slot) {
        EntityId item = items[slot];
        if (item == null) {
            throw new IllegalArgumentException("slot " + slot + " holds no item");
        }
        return item;
    }

    /** True when an item of this hash is present under another text. */
    public boolean collides(EntityId item) {
        int slot = index.get(item.hash());
        return slot >= 0 && !item.equals(items[slot]);
    }

    /** The slot of an item, given to it now if it has none. */
    public int add(EntityId item) {
        int known = index.get(item.hash());
        if (known >= 0) {
            return known;
        }
        int slot = active.lowestClear();
        place(item, slot);
        return slot;
    }

    /**
     * Puts an item where it was before a restart; slots below that are not yet taken become holes.
     *
     * @return the slot it got: {@code slot}, or another when that one is taken
     */
    public int restore(EntityId item, int slot) {
        int known = index.get(item.hash());
        if (known >= 0) {
            return known;
        }
        if (isActive(slot)) {
            return add(item);
        }
        place(item, slot);
        return slot;
    }

    /** Takes an item out; returns the slot it had, or {@link LongIndex#ABSENT}. */
    public int retire(long hash) {
        int slot = index.remove(hash);
        if (slot >= 0) {
            retirements++;
            items[slot] = null;
            active.clear(slot);
            for (int k = 0; k < listeners.size(); k++) {
                listeners.get(k).retired(slot);
            }
        }
        return slot;
    }

    private void place(EntityId item, int slot) {
        if (slot >= items.length) {
            items = Arrays.copyOf(items, Math.max(slot + 1, items.length * 2));
        }
        items[slot] = item;
        index.put(item.hash(), slot);
        active.set(slot);
        slots = Math.max(slots, slot + 1);
        for (int k = 0; k < listeners.size(); k++) {
            listeners.get(k).added(slot);
        }
    }

    /** Bytes held on the heap, without the texts, which are shared. */
    public long stateBytes() {
        return index.stateBytes() + 8L * items.length + active.stateBytes();
    }
}
