package io.millrace.sampling;

import java.util.Arrays;

/**
 * Positives that wait to be learned together: until there are enough of them, or the first has waited long enough in
 * event time. Never the wall clock: where one batch ends and the next begins is part of what is learned.
 */
public final class MicroBatch implements Batch {

    private final int capacity;
    private final long flushMs;
    private long[] users;
    private int[] items;
    private long[] events;
    private long[] times;
    private int size;
    private long number;

    /**
     * @param capacity B, positives of a full batch; 2 to 8192
     * @param flushMs event time after which a batch is flushed though not full, milliseconds; at least 1
     */
    public MicroBatch(int capacity, long flushMs) {
        this.capacity = capacity;
        this.flushMs = flushMs;
        users = new long[capacity];
        items = new int[capacity];
        events = new long[capacity];
        times = new long[capacity];
    }

    /** The batch as {@code in-batch.size} and {@code in-batch.flush} say. */
    public static MicroBatch of(Parameters parameters) {
        return new MicroBatch(
                parameters.integer("in-batch.size", 2, 8192), parameters.durationMs("in-batch.flush", 1, 3_600_000));
    }

    /** Adds a positive; one too many, as after a restart with a smaller batch, is taken as well. */
    public void add(long user, int item, long event, long atMs) {
        if (size == users.length) {
            users = Arrays.copyOf(users, size * 2);
            items = Arrays.copyOf(items, size * 2);
            events = Arrays.copyOf(events, size * 2);
            times = Arrays.copyOf(times, size * 2);
        }
        users[size] = user;
        items[size] = item;
        events[size] = event;
        times[size++] = atMs;
    }

    /** True when the batch must be learned before event time goes on to {@code nowMs} or another positive is added. */
    public boolean isDue(long nowMs) {
        return size >= capacity || size > 0 && nowMs - times[0] >= flushMs;
    }

    /** Empties the batch for the next. */
    public void clear() {
        size = 0;
        number++;
    }

    /** Sets the slot of a row's item, which may have moved while the batch was waiting. */
    public void item(int row, int slot) {
        items[row] = slot;
    }

    /** Empties the batch and goes on from a number, as after a restart. */
    public void restart(long number) {
        size = 0;
        this.number = number;
    }

    /** Forgets a retired item: its rows have none from now on. */
    public void retired(int slot) {
        for (int row = 0; row < size; row++) {
            items[row] = items[row] == slot ? -1 : items[row];
        }
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long user(int row) {
        return users[row];
    }

    @Override
    public int item(int row) {
        return items[row];
    }

    /** Hash of the event of a row. */
    public long event(int row) {
        return events[row];
    }

    /** Event time of a row, epoch milliseconds. */
    public long atMs(int row) {
        return times[row];
    }

    @Override
    public String toString() {
        return "batch " + number + " of " + Arrays.toString(Arrays.copyOf(items, size));
    }
}
