package io.millrace.sampling;

import io.millrace.event.EntityId;
import io.millrace.event.LongIndex;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The items a sampler may draw from, as of now. Each item has a slot, a small integer that every per-item array is
 * indexed by. Slots of retired items stay as holes and are given to the next new items, lowest first, so the order of
 * slots is a function of the order of events. Not thread-safe.
 */
public final class Catalog {

    private final LongIndex index = new LongIndex(1024);
    private @Nullable EntityId[] items = new EntityId[1024];
    private int[] holes = new int[16];
    private int holeCount;
    private int slots;

    /** Items that can be drawn. */
    public int size() {
        return slots - holeCount;
    }

    /** One above the highest slot in use. */
    public int slots() {
        return slots;
    }

    public boolean isActive(int slot) {
        return items[slot] != null;
    }

    /** The slot of an item's hash, or {@link LongIndex#ABSENT}. */
    public int slotOf(long hash) {
        return index.get(hash);
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
        int slot = holeCount > 0 ? holes[--holeCount] : slots++;
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
        if (slot < slots && isActive(slot)) {
            return add(item);
        }
        if (slot >= slots) {
            for (int hole = slot - 1; hole >= slots; hole--) {
                pushHole(hole);
            }
            slots = slot + 1;
        } else {
            removeHole(slot);
        }
        place(item, slot);
        return slot;
    }

    /** Takes an item out; returns the slot it had, or {@link LongIndex#ABSENT}. */
    public int retire(long hash) {
        int slot = index.remove(hash);
        if (slot >= 0) {
            items[slot] = null;
            pushHole(slot);
        }
        return slot;
    }

    private void place(EntityId item, int slot) {
        if (slot >= items.length) {
            items = Arrays.copyOf(items, Math.max(slot + 1, items.length * 2));
        }
        items[slot] = item;
        index.put(item.hash(), slot);
    }

    /** Keeps the holes sorted, highest first, so that the lowest is on top. */
    private void pushHole(int slot) {
        if (holeCount == holes.length) {
            holes = Arrays.copyOf(holes, holeCount * 2);
        }
        int at = holeCount++;
        while (at > 0 && holes[at - 1] < slot) {
            holes[at] = holes[at - 1];
            at--;
        }
        holes[at] = slot;
    }

    private void removeHole(int slot) {
        for (int at = 0; at < holeCount; at++) {
            if (holes[at] == slot) {
                System.arraycopy(holes, at + 1, holes, at, holeCount - at - 1);
                holeCount--;
                return;
            }
        }
    }

    /** Bytes held on the heap, without the texts, which are shared. */
    public long stateBytes() {
        return index.stateBytes() + 8L * items.length + 4L * holes.length;
    }
}
