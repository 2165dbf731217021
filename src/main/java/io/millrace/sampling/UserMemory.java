package io.millrace.sampling;

import io.millrace.event.LongIndex;
import java.util.Arrays;

/**
 * Places for so many users; the one that was used longest ago makes room. Whoever keeps something per user keeps it in
 * arrays by place.
 */
final class UserMemory {

    private final int capacity;
    private final LongIndex index = new LongIndex();
    private long[] users = new long[16];
    private int[] newer = new int[16];
    private int[] older = new int[16];
    private int size;
    private int newest = -1;
    private int oldest = -1;

    /** @param capacity most users; at least 1 */
    UserMemory(int capacity) {
        this.capacity = capacity;
    }

    int size() {
        return size;
    }

    /** Places are below this. */
    int length() {
        return users.length;
    }

    /** The place of a user, or -1. */
    int find(long user) {
        return index.get(user);
    }

    /** True when {@link #use} would give the user a place that was not theirs: what is kept there must start anew. */
    boolean isNew(long user) {
        return index.get(user) < 0;
    }

    /** The place of a user, given now if they have none, and counted as used. */
    int use(long user) {
        int place = index.get(user);
        if (place < 0) {
            place = size < capacity ? open() : takeOldest();
            users[place] = user;
            index.put(user, place);
        } else {
            unlink(place);
        }
        older[place] = newest;
        newer[place] = -1;
        if (newest >= 0) {
            newer[newest] = place;
        }
        newest = place;
        oldest = oldest < 0 ? place : oldest;
        return place;
    }

    private int open() {
        if (size == users.length) {
            users = Arrays.copyOf(users, size * 2);
            newer = Arrays.copyOf(newer, size * 2);
            older = Arrays.copyOf(older, size * 2);
        }
        return size++;
    }

    private int takeOldest() {
        int place = oldest;
        index.remove(users[place]);
        unlink(place);
        return place;
    }

    private void unlink(int place) {
        int before = older[place];
        int after = newer[place];
        if (before >= 0) {
            newer[before] = after;
        } else {
            oldest = after;
        }
        if (after >= 0) {
            older[after] = before;
        } else {
            newest = before;
        }
    }

    void clear() {
        index.clear();
        size = 0;
        newest = -1;
        oldest = -1;
    }

    /** The place used longest ago, or -1; then each next one by {@link #next}. */
    int first() {
        return oldest;
    }

    int next(int place) {
        return newer[place];
    }

    long user(int place) {
        return users[place];
    }

    long stateBytes() {
        return 16L * users.length + index.stateBytes();
    }
}
