package io.millrace.ranking;

import io.millrace.event.LongIndex;
import io.millrace.sampling.Catalog;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The last N clicks of everyone, linked both ways by user and by item: who clicked an item lately, and what else they
 * clicked before and after, is found by following links. When the log is full the oldest click leaves; being the oldest
 * of all it is the end of both its chains, so leaving costs O(1). 32 bytes per click, whatever the numbers of users and
 * items. Not thread-safe.
 */
final class ClickLog {

    static final int NONE = -1;

    private final int capacity;
    private final LongIndex owners = new LongIndex();
    private int[] slots = new int[1024];
    private int[] owner = new int[1024];
    private int[] earlier = new int[1024];
    private int[] later = new int[1024];
    private int[] olderOfItem = new int[1024];
    private int[] newerOfItem = new int[1024];
    private long[] times = new long[1024];
    private int size;
    private int next;

    private int[] lastOfItem = new int[0];
    private long[] hashOfOwner = new long[64];
    private int[] lastOfOwner = new int[64];
    private int[] clicksOfOwner = new int[64];
    private int[] freeOwners = new int[64];
    private int ownersMade;
    private int freeCount;

    /** @param capacity clicks kept, N; at least 1 */
    ClickLog(int capacity) {
        this.capacity = capacity;
    }

    int size() {
        return size;
    }

    /** Where the k-th oldest click is; k in [0, size). */
    int at(int k) {
        int from = next - size + k;
        return from < 0 ? from + slots.length : from;
    }

    /** The item of a click; negative when it was retired. */
    int slot(int click) {
        return slots[click];
    }

    long atMs(int click) {
        return times[click];
    }

    /** A small number for the user of a click, given to another once all clicks of the user have left. */
    int owner(int click) {
        return owner[click];
    }

    /** Numbers of users are below this. */
    int ownerBound() {
        return ownersMade;
    }

    /** The number of a user, or {@link #NONE}. */
    int ownerOf(long user) {
        return owners.get(user);
    }

    /** Clicks of a user that the log holds. */
    int clicksOf(int ownerNumber) {
        return clicksOfOwner[ownerNumber];
    }

    /** The same user's click before, or {@link #NONE}. */
    int earlier(int click) {
        return earlier[click];
    }

    /** The same user's click after, or {@link #NONE}. */
    int later(int click) {
        return later[click];
    }

    /** The newest click on an item, or {@link #NONE}. */
    int newestOf(int slot) {
        return slot >= 0 && slot < lastOfItem.length ? lastOfItem[slot] : NONE;
    }

    /** The click on the same item before, by anyone, or {@link #NONE}. */
    int older(int click) {
        return olderOfItem[click];
    }

    void add(long user, int slot, long atMs) {
        if (size == capacity) {
            dropOldest();
        }
        room(slot);
        int click = next;
        next = next + 1 == slots.length ? 0 : next + 1;
        size++;
        slots[click] = slot;
        times[click] = atMs;
        linkUser(click, user);
        if (slot >= 0) {
            linkItem(click, slot);
        } else {
            olderOfItem[click] = NONE;
            newerOfItem[click] = NONE;
        }
    }

    private void linkUser(int click, long user) {
        int number = owners.get(user);
        if (number == LongIndex.ABSENT) {
            number = newOwner(user);
        }
        owner[click] = number;
        earlier[click] = lastOfOwner[number];
        later[click] = NONE;
        if (earlier[click] != NONE) {
            later[earlier[click]] = click;
        }
        lastOfOwner[number] = click;
        clicksOfOwner[number]++;
    }

    private void linkItem(int click, int slot) {
        newerOfItem[click] = NONE;
        olderOfItem[click] = lastOfItem[slot];
        if (lastOfItem[slot] != NONE) {
            newerOfItem[lastOfItem[slot]] = click;
        }
        lastOfItem[slot] = click;
    }

    private int newOwner(long user) {
        int number = freeCount > 0 ? freeOwners[--freeCount] : ownersMade++;
        if (number == lastOfOwner.length) {
            hashOfOwner = Arrays.copyOf(hashOfOwner, number * 2);
            lastOfOwner = Arrays.copyOf(lastOfOwner, number * 2);
            clicksOfOwner = Arrays.copyOf(clicksOfOwner, number * 2);
        }
        hashOfOwner[number] = user;
        lastOfOwner[number] = NONE;
        clicksOfOwner[number] = 0;
        owners.put(user, number);
        return number;
    }

    private void dropOldest() {
        int click = at(0);
        size--;
        if (newerOfItem[click] != NONE) {
            olderOfItem[newerOfItem[click]] = NONE;
        } else if (slots[click] >= 0) {
            lastOfItem[slots[click]] = NONE;
        }
        int number = owner[click];
        clicksOfOwner[number]--;
        if (later[click] != NONE) {
            earlier[later[click]] = NONE;
        } else {
            owners.remove(hashOfOwner[number]);
            free(number);
        }
    }

    private void free(int number) {
        if (freeCount == freeOwners.length) {
            freeOwners = Arrays.copyOf(freeOwners, freeCount * 2);
        }
        freeOwners[freeCount++] = number;
    }

    /** The ring wraps at its full capacity only, so growing moves nothing. */
    private void room(int slot) {
        if (size == slots.length) {
            int larger = Math.min(capacity, size * 2);
            slots = Arrays.copyOf(slots, larger);
            owner = Arrays.copyOf(owner, larger);
            earlier = Arrays.copyOf(earlier, larger);
            later = Arrays.copyOf(later, larger);
            olderOfItem = Arrays.copyOf(olderOfItem, larger);
            newerOfItem = Arrays.copyOf(newerOfItem, larger);
            times = Arrays.copyOf(times, larger);
            next = size;
        }
        if (slot >= lastOfItem.length) {
            int old = lastOfItem.length;
            lastOfItem = Arrays.copyOf(lastOfItem, Math.max(slot + 1, Math.max(64, old * 2)));
            Arrays.fill(lastOfItem, old, lastOfItem.length, NONE);
        }
    }

    /** An item was retired: its clicks stay in their users' chains, without an item. */
    void forget(int slot) {
        int click = newestOf(slot);
        while (click != NONE) {
            int older = olderOfItem[click];
            slots[click] = NONE;
            olderOfItem[click] = NONE;
            newerOfItem[click] = NONE;
            click = older;
        }
        if (slot < lastOfItem.length) {
            lastOfItem[slot] = NONE;
        }
    }

    long stateBytes() {
        return 32L * slots.length + 4L * lastOfItem.length + 20L * lastOfOwner.length + owners.stateBytes();
    }

    /** Oldest first. Clicks on retired items are written too, for they take room and lie between others of their users. */
    void writeTo(DataOutput out, Catalog catalog) throws IOException {
        out.writeInt(size);
        for (int k = 0; k < size; k++) {
            int click = at(k);
            out.writeLong(hashOfOwner[owner[click]]);
            out.writeLong(times[click]);
            out.writeBoolean(slots[click] >= 0);
            if (slots[click] >= 0) {
                out.writeLong(catalog.item(slots[click]).hash());
            }
        }
    }

    void readFrom(DataInput in, Catalog catalog) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            long user = in.readLong();
            long atMs = in.readLong();
            add(user, in.readBoolean() ? catalog.slotOf(in.readLong()) : NONE, atMs);
        }
    }
}
