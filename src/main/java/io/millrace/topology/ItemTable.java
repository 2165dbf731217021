package io.millrace.topology;

import io.millrace.event.EntityId;
import io.millrace.event.LongIndex;
import io.millrace.learning.Arithmetic;
import io.millrace.popularity.HalfLife;
import io.millrace.store.ItemRow;
import io.millrace.store.ItemRowFormat;
import io.millrace.store.RowKey;
import io.millrace.store.Watermarks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Every item's published row in memory, one table per instance: dense arrays and an index from id to place.
 *
 * <p>Rows arrive from the changelog of the item store, partition by partition, and take effect commit by commit: the
 * rows of a commit are held back until its watermarks, the last record of the commit, have come, and then replace the
 * old ones under one lock. So whoever reads under that lock sees, per item partition, rows and watermarks that belong
 * together. One thread applies; learners and queries read.
 */
public final class ItemTable {

    /** The places that one commit changed. */
    record Change(int partition, int[] places) {}

    private record Held(byte[] key, byte @Nullable [] value) {}

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final int vectorStride;
    private final int scalarStride;
    private final ItemRowFormat format = new ItemRowFormat();
    private final ItemRow incoming;
    private final List<List<Held>> held = new ArrayList<>();
    private final List<ChangeQueue> queues = new CopyOnWriteArrayList<>();

    private final LongIndex index = new LongIndex(1024);
    private @Nullable EntityId[] items = new EntityId[1024];
    private float[] vectors;
    private float[] scalars;
    private boolean[] hasFloats = new boolean[1024];
    private int[] slots = new int[1024];
    private int[] updates = new int[1024];
    private int[] changes = new int[1024];
    private long[] digests = new long[1024];
    private long[] exposures = new long[1024];
    private long[] clicks = new long[1024];
    private double[] decayedExposures = new double[1024];
    private double[] decayedClicks = new double[1024];
    private long[] landmarks = new long[1024];
    private long[] lastMs = new long[1024];
    private int places;

    /** By item partition; replaced as a whole, after the rows that it speaks of, so that it may be read without the lock. */
    private volatile Watermarks[] watermarks = new Watermarks[0];

    private volatile long applied;
    private volatile long newestMs;
    private volatile int size;

    public ItemTable(int vectorStride, int scalarStride) {
        this.vectorStride = vectorStride;
        this.scalarStride = scalarStride;
        incoming = new ItemRow(vectorStride, scalarStride);
        vectors = new float[1024 * vectorStride];
        scalars = new float[1024 * scalarStride];
    }

    /** Takes one record of the item store's changelog. */
    public void accept(int partition, byte[] key, byte @Nullable [] value) {
        while (held.size() <= partition) {
            held.add(new ArrayList<>());
        }
        List<Held> commit = held.get(partition);
        if (RowKey.isRow(key)) {
            commit.add(new Held(key, value));
        } else if (RowKey.isWatermarks(key) && value != null) {
            apply(partition, commit, Watermarks.read(value));
            commit.clear();
        }
    }

    private void apply(int partition, List<Held> commit, Watermarks reached) {
        int[] changed = new int[commit.size()];
        lock.writeLock().lock();
        try {
            for (int k = 0; k < changed.length; k++) {
                changed[k] = apply(commit.get(k));
            }
            watermarks = with(watermarks, partition, reached);
        } finally {
            lock.writeLock().unlock();
        }
        Change change = new Change(partition, changed);
        for (ChangeQueue queue : queues) {
            queue.add(change);
        }
        applied++;
    }

    private static Watermarks[] with(Watermarks[] before, int partition, Watermarks reached) {
        Watermarks[] after = Arrays.copyOf(before, Math.max(before.length, partition + 1));
        for (int p = before.length; p < partition; p++) {
            after[p] = new Watermarks();
        }
        after[partition] = reached;
        return after;
    }

    private int apply(Held record) {
        long hash = RowKey.hash(record.key());
        int place = index.get(hash);
        if (record.value() == null) {
            if (place >= 0 && items[place] != null) {
                items[place] = null;
                size--;
            }
            return place;
        }
        format.read(record.value(), incoming);
        if (place < 0) {
            place = places++;
            room(place);
            index.put(hash, place);
        }
        fill(place, incoming);
        return place;
    }

    private void fill(int place, ItemRow row) {
        size += items[place] == null ? 1 : 0;
        newestMs = Math.max(newestMs, row.lastMs);
        items[place] = row.item;
        slots[place] = row.slot;
        updates[place] = row.updates;
        changes[place] = row.changes;
        digests[place] = row.digest;
        exposures[place] = row.exposures;
        clicks[place] = row.clicks;
        decayedExposures[place] = row.decayedExposures;
        decayedClicks[place] = row.decayedClicks;
        landmarks[place] = row.landmarkMs;
        lastMs[place] = row.lastMs;
        hasFloats[place] = row.hasFloats;
        if (row.hasFloats) {
            System.arraycopy(row.vectors, 0, vectors, place * vectorStride, vectorStride);
            System.arraycopy(row.scalars, 0, scalars, place * scalarStride, scalarStride);
        }
    }

    /** The row of an item, by hash. */
    public boolean find(long hash, ItemRow into) {
        lock.readLock().lock();
        try {
            int place = index.get(hash);
            return place >= 0 && readLocked(place, into);
        } finally {
            lock.readLock().unlock();
        }
    }

    boolean readLocked(int place, ItemRow into) {
        EntityId item = place < 0 ? null : items[place];
        if (item == null) {
            return false;
        }
        into.item = item;
        into.slot = slots[place];
        into.updates = updates[place];
        into.changes = changes[place];
        into.digest = digests[place];
        into.exposures = exposures[place];
        into.clicks = clicks[place];
        into.decayedExposures = decayedExposures[place];
        into.decayedClicks = decayedClicks[place];
        into.landmarkMs = landmarks[place];
        into.lastMs = lastMs[place];
        into.hasFloats = hasFloats[place];
        if (into.hasFloats) {
            System.arraycopy(vectors, place * vectorStride, into.vectors, 0, vectorStride);
            System.arraycopy(scalars, place * scalarStride, into.scalars, 0, scalarStride);
        }
        return true;
    }

    /** True when a place's steps are not those that a learner expects; for readers that hold the lock. */
    boolean differsLocked(int place, int changes, long digest) {
        return this.changes[place] != changes || digests[place] != digest;
    }

    /** The same of its counts. */
    boolean differsCountsLocked(int place, long exposures, long clicks) {
        return this.exposures[place] != exposures || this.clicks[place] != clicks;
    }

    @Nullable
    EntityId itemLocked(int place) {
        return place < 0 ? null : items[place];
    }

    long landmarkLocked(int place) {
        return landmarks[place];
    }

    int slotLocked(int place) {
        return slots[place];
    }

    /**
     * The last record of a learner partition that is in the rows of an item partition; in exactly the rows that a reader sees
     * where that reader holds the lock.
     */
    long watermark(int itemPartition, int learnerPartition) {
        Watermarks[] now = watermarks;
        return itemPartition < now.length ? now[itemPartition].of(learnerPartition) : 0;
    }

    /**
     * True when the rows hold what a learner sent up to these records, by item partition. Does not wait for the lock: learners
     * ask at every poll, and a commit of many rows is applied under it.
     */
    boolean holds(long[] sentTo, int learnerPartition) {
        for (int p = 0; p < sentTo.length; p++) {
            if (watermark(p, learnerPartition) < sentTo[p]) {
                return false;
            }
        }
        return true;
    }

    /** The place of an item's hash, or -1. */
    public int placeOf(long hash) {
        lock.readLock().lock();
        try {
            return index.get(hash);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Places in use or once in use. */
    public int places() {
        lock.readLock().lock();
        try {
            return places;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Scores of all places against a vector, biases added; empty places get negative infinity. Returns the number. */
    public int scoreAll(float[] vector, int padded, float[][] out) {
        lock.readLock().lock();
        try {
            if (out[0].length < places) {
                out[0] = new float[places + places / 8];
            }
            Arithmetic.get().dotAll(vector, 0, vectors, 0, vectorStride, places, padded, out[0], 0);
            for (int place = 0; place < places; place++) {
                out[0][place] = items[place] == null
                        ? Float.NEGATIVE_INFINITY
                        : hasFloats[place] ? out[0][place] + scalars[place * scalarStride] : 0;
            }
            return places;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The item in a place, or null when it is empty. */
    public @Nullable EntityId itemAt(int place) {
        lock.readLock().lock();
        try {
            return place < places ? itemLocked(place) : null;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Copies a row into {@code into} by place; false when it is empty. */
    public boolean read(int place, ItemRow into) {
        lock.readLock().lock();
        try {
            return place < places && readLocked(place, into);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** What {@link #scan} calls for each place that holds an item; vectors and scalars lie in the given arrays. */
    public interface Scan {
        float measure(float[] vectors, int vectorAt, float[] scalars, int scalarAt, boolean hasFloats);
    }

    /** One number per place, negative infinity where empty; returns how many were written. */
    public int scan(Scan scan, float[] out) {
        lock.readLock().lock();
        try {
            int count = Math.min(places, out.length);
            for (int place = 0; place < count; place++) {
                out[place] = items[place] == null
                        ? Float.NEGATIVE_INFINITY
                        : scan.measure(vectors, place * vectorStride, scalars, place * scalarStride, hasFloats[place]);
            }
            return count;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Decayed clicks of each place at the newest event time in the table, negative infinity where empty. */
    public int popularityAll(HalfLife halfLife, float[] out) {
        lock.readLock().lock();
        try {
            int count = Math.min(places, out.length);
            for (int place = 0; place < count; place++) {
                out[place] = items[place] == null
                        ? Float.NEGATIVE_INFINITY
                        : (float) halfLife.valueAt(decayedClicks[place], landmarks[place], newestMs);
            }
            return count;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Newest event time in the table, epoch milliseconds. */
    public long newestMs() {
        return newestMs;
    }

    /** Items that have a row. */
    public int size() {
        return size;
    }

    /** Runs {@code reader} while rows and watermarks stand still. */
    void locked(Runnable reader) {
        lock.readLock().lock();
        try {
            reader.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Subscribes a learner to later changes; done under the lock that its first look at all rows takes. */
    ChangeQueue subscribe(Runnable firstLook) {
        lock.writeLock().lock();
        try {
            ChangeQueue queue = new ChangeQueue();
            queues.add(queue);
            firstLook.run();
            return queue;
        } finally {
            lock.writeLock().unlock();
        }
    }

    void unsubscribe(ChangeQueue queue) {
        queues.remove(queue);
    }

    /** Commits applied so far, all partitions together. */
    public long applied() {
        return applied;
    }

    public int vectorStride() {
        return vectorStride;
    }

    public int scalarStride() {
        return scalarStride;
    }

    private void room(int place) {
        if (place < items.length) {
            return;
        }
        int larger = items.length * 2;
        items = Arrays.copyOf(items, larger);
        vectors = Arrays.copyOf(vectors, larger * vectorStride);
        scalars = Arrays.copyOf(scalars, larger * scalarStride);
        hasFloats = Arrays.copyOf(hasFloats, larger);
        slots = Arrays.copyOf(slots, larger);
        updates = Arrays.copyOf(updates, larger);
        changes = Arrays.copyOf(changes, larger);
        digests = Arrays.copyOf(digests, larger);
        exposures = Arrays.copyOf(exposures, larger);
        clicks = Arrays.copyOf(clicks, larger);
        decayedExposures = Arrays.copyOf(decayedExposures, larger);
        decayedClicks = Arrays.copyOf(decayedClicks, larger);
        landmarks = Arrays.copyOf(landmarks, larger);
        lastMs = Arrays.copyOf(lastMs, larger);
    }
}
