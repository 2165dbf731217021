package io.millrace.topology;

import io.millrace.event.EntityId;
import io.millrace.learning.ItemRows;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.Optimizer;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import io.millrace.store.ItemRow;
import io.millrace.store.ItemRowFormat;
import io.millrace.store.ItemUpdateFormat;
import io.millrace.store.RowKey;
import io.millrace.store.Watermarks;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one item partition and the only hand that writes them. Updates are sums, so the order in which learners'
 * records are added does not matter; the norm bound is applied again to what comes out.
 */
final class ItemOwner {

    /** Where rows are written to. */
    interface Rows {
        void put(byte[] key, byte @Nullable [] row);
    }

    private final Catalog catalog = new Catalog();
    private final ItemCounts counts;
    private final ItemRows rows;
    private final RowBounds bounds;
    private final ItemRow scratch;
    private final ItemRowFormat format = new ItemRowFormat();
    private final ItemUpdateFormat updateFormat;
    private final long ttlMs;
    private long[] lastMs = new long[1024];
    private int[] proposedSlots = new int[1024];

    /** Slots that changed since the last commit. */
    private final BitSet changed = new BitSet();

    /** Slots that were logged since they were stored, and the ids of items that were forgotten since. */
    private final BitSet unstored = new BitSet();

    private final Set<Long> forgotten = new HashSet<>();
    private Watermarks watermarks = new Watermarks();
    private boolean moved;
    private long newestMs;
    private long sweptMs;

    /** @param ttlMs items whose last event is this much older than the newest are forgotten; event time */
    ItemOwner(LearningConfig learning, Optimizer optimizer, HalfLife halfLife, long ttlMs) {
        this.ttlMs = ttlMs;
        counts = new ItemCounts(halfLife);
        rows = new ItemRows(learning, optimizer, catalog, null);
        bounds = new RowBounds(learning, rows);
        scratch = new ItemRow(rows.vectorFloats(), rows.scalarFloats());
        updateFormat = new ItemUpdateFormat(rows.vectorFloats(), rows.scalarFloats());
    }

    /** Takes a stored row or note back, at start. */
    void restore(byte[] key, byte[] value) {
        if (RowKey.isWatermarks(key)) {
            watermarks = Watermarks.read(value);
        } else if (RowKey.isRow(key)) {
            format.read(value, scratch);
            count(scratch);
            if (scratch.hasFloats) {
                setFloats(catalog.slotOf(scratch.item.hash()), scratch);
            }
            sweptMs = Math.max(sweptMs, scratch.lastMs);
        }
    }

    /** All stored rows are in; nothing of them is to be written. */
    void restored() {
        changed.clear();
        moved = false;
    }

    /** Adds one record of updates. */
    void accept(byte[] record) {
        ItemUpdateFormat.Origin origin = updateFormat.read(record, scratch, this::add);
        watermarks.raise(origin.partition(), origin.sequence());
        moved = true;
    }

    private void add(ItemRow change) {
        int slot = count(change);
        if (change.hasFloats) {
            addFloats(slot, change);
        }
    }

    private int count(ItemRow change) {
        int slot = catalog.add(change.item);
        room(slot);
        if (lastMs[slot] == 0) {
            proposedSlots[slot] = change.slot;
        }
        counts.advance(change.landmarkMs);
        counts.add(
                slot,
                change.exposures,
                change.clicks,
                change.decayedExposures,
                change.decayedClicks,
                change.landmarkMs);
        lastMs[slot] = Math.max(Math.max(1, lastMs[slot]), change.lastMs);
        newestMs = Math.max(newestMs, change.lastMs);
        changed.set(slot);
        return slot;
    }

    private void setFloats(int slot, ItemRow stored) {
        int row = rows.row(slot);
        System.arraycopy(stored.vectors, 0, rows.floats(), rows.target(row), stored.vectors.length);
        System.arraycopy(stored.scalars, 0, rows.floats(), rows.bias(row), stored.scalars.length);
        rows.add(row, stored.updates, stored.changes, stored.digest);
    }

    /**
     * A row that is new here starts where its id's hash puts it, and at the bias the change says, as it did at the learner
     * that sent it.
     */
    private void addFloats(int slot, ItemRow change) {
        boolean isNew = rows.rowIfPresent(slot) < 0;
        int row = rows.row(slot);
        if (isNew && change.hasStart()) {
            rows.floats()[rows.bias(row)] = change.startBias;
        }
        float[] vectors = rows.floats();
        float[] scalars = rows.floats();
        int vectorAt = rows.target(row);
        int scalarAt = rows.bias(row);
        for (int f = 0; f < change.vectors.length; f++) {
            vectors[vectorAt + f] += change.vectors[f];
        }
        for (int f = 0; f < change.scalars.length; f++) {
            scalars[scalarAt + f] += change.scalars[f];
        }
        rows.add(row, change.updates, change.changes, change.digest);
        bounds.apply(vectors, vectorAt, scalars, scalarAt);
    }

    /** Logs every changed row, then how far each learner is in them. */
    void commit(Rows log) {
        if (!moved) {
            return;
        }
        sweep(log);
        write(changed, log);
        unstored.or(changed);
        changed.clear();
        log.put(RowKey.watermarks(), watermarks.write());
        moved = false;
    }

    /** Rows that are logged and not stored. */
    int unstored() {
        return unstored.cardinality() + forgotten.size();
    }

    /** Stores what was logged; nothing while there is more in the rows than that, for then it is not known whether it counts. */
    void store(Rows into) {
        if (moved || unstored() == 0) {
            return;
        }
        forgotten.forEach(hash -> into.put(RowKey.of(hash), null));
        forgotten.clear();
        write(unstored, into);
        unstored.clear();
        into.put(RowKey.watermarks(), watermarks.write());
    }

    private void write(BitSet slots, Rows into) {
        for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
            if (catalog.isActive(slot)) {
                fill(slot, scratch);
                into.put(RowKey.of(scratch.item.hash()), format.write(scratch));
            }
        }
    }

    private void fill(int slot, ItemRow row) {
        EntityId item = catalog.item(slot);
        row.item = item;
        row.slot = proposedSlots[slot];
        row.exposures = counts.exposures(slot);
        row.clicks = counts.clicks(slot);
        row.decayedExposures = counts.decayedExposures().get(slot);
        row.decayedClicks = counts.decayedClicks().get(slot);
        row.landmarkMs = counts.landmarkMs();
        row.lastMs = lastMs[slot];
        int at = rows.rowIfPresent(slot);
        row.hasFloats = at >= 0;
        row.updates = at >= 0 ? rows.updates(at) : 0;
        row.changes = at >= 0 ? rows.changes(at) : 0;
        row.digest = at >= 0 ? rows.digest(at) : 0;
        if (at >= 0) {
            System.arraycopy(rows.floats(), rows.target(at), row.vectors, 0, row.vectors.length);
            System.arraycopy(rows.floats(), rows.bias(at), row.scalars, 0, row.scalars.length);
        }
    }

    /** Forgets items nothing was heard of for the time to live; looked for once per tenth of it. */
    private void sweep(Rows log) {
        if (newestMs - sweptMs < ttlMs / 10) {
            return;
        }
        sweptMs = newestMs;
        for (int slot = 0; slot < catalog.slots(); slot++) {
            if (catalog.isActive(slot) && newestMs - lastMs[slot] > ttlMs) {
                long hash = catalog.item(slot).hash();
                log.put(RowKey.of(hash), null);
                forgotten.add(hash);
                rows.drop(slot);
                counts.clear(slot);
                lastMs[slot] = 0;
                catalog.retire(hash);
            }
        }
    }

    /** Items of this partition. */
    int size() {
        return catalog.size();
    }

    private void room(int slot) {
        if (slot >= lastMs.length) {
            int larger = Math.max(slot + 1, lastMs.length * 2);
            lastMs = Arrays.copyOf(lastMs, larger);
            proposedSlots = Arrays.copyOf(proposedSlots, larger);
        }
    }
}
