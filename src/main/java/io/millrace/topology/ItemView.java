package io.millrace.topology;

import io.millrace.event.EntityId;
import io.millrace.learning.ItemRows;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.Optimizer;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import io.millrace.store.ItemRow;
import io.millrace.store.ItemUpdateFormat;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Items as one learner partition sees them: the published rows, plus its own steps that are not in them yet.
 *
 * <pre>
 *   row = published row + own commits in flight + own steps since the last commit
 * </pre>
 *
 * <p>A row is copied from the table when the learner first touches it and then stepped in place. Each commit sends what
 * was added to it since the commit before, as a sum. A published row whose counters are what this learner expects holds
 * nobody else's steps, and the copy stays as it is; otherwise the copy is made again from the published row and the sums it
 * lacks. So with one learner partition learning is exactly sequential, and with more each sees the others one commit and one
 * hop later.
 *
 * <p>Once the published row contains the last of this learner's sums and nothing is new, the copy has the published row's
 * bits, unless someone else's steps are in that: then it is dropped. Else it is kept while there is room, for it may soon be
 * stepped again. Where there is none, copies that were long not changed make some.
 */
final class ItemView implements ItemRows.Source, ItemRows.Watcher, ItemCounts.Journal, ItemCounts.Listener {

    private final int partition;
    private final ItemPartitions partitions;
    private final ItemTable table;
    private final Catalog catalog = new Catalog();
    private final ItemCounts counts;
    private final ItemRows rows;
    private final int mostKept;
    private final RowBounds bounds;
    private final ItemRow scratch;
    private final ItemUpdates updates;
    private final ChangeQueue changes;
    private final ArrayDeque<StepGroup> inFlight = new ArrayDeque<>();
    /** A copy that so many commits did not change may make room. */
    private static final int IDLE_COMMITS = 100;

    /** Groups kept for reuse: as many as are usually in flight. More are of a burst, and each is as large as its commit. */
    private static final int POOLED = 3;

    private final ArrayDeque<StepGroup> pool = new ArrayDeque<>();
    private final Lead lead;
    private StepGroup open;
    private final SlotPlaces places = new SlotPlaces();
    private final UnpublishedItems unpublished = new UnpublishedItems(places);
    private final Expected expected = new Expected();
    private float[] ownScores = new float[0];

    /** The slot that was looked at last for a copy to drop. */
    private int hand;

    /** What a published row says where it has all that this learner knows of it, less what is not published yet. */
    private static final class Expected {
        long exposures;
        long clicks;
        int changes;
        long digest;
    }

    /**
     * @param mostKept copies that are kept though the published rows are the same
     * @param sequence of this learner partition's last record of updates; 0 before the first
     */
    ItemView(
            int partition,
            ItemPartitions partitions,
            ItemTable table,
            LearningConfig learning,
            Optimizer optimizer,
            HalfLife halfLife,
            int mostKept,
            long sequence) {
        this.partition = partition;
        this.partitions = partitions;
        this.table = table;
        this.mostKept = mostKept;
        lead = new Lead(table, partition);
        counts = new ItemCounts(halfLife);
        rows = new ItemRows(learning, optimizer, catalog, this);
        bounds = new RowBounds(learning, rows);
        scratch = new ItemRow(rows.vectorFloats(), rows.scalarFloats());
        open = new StepGroup(rows.vectorFloats(), rows.scalarFloats());
        ItemUpdateFormat format = new ItemUpdateFormat(rows.vectorFloats(), rows.scalarFloats());
        updates = new ItemUpdates(partition, partitions, format, sequence);
        counts.listen(this);
        changes = table.subscribe(this::takeAll);
        counts.journal(this);
        rows.watch(this);
    }

    Catalog catalog() {
        return catalog;
    }

    ItemCounts counts() {
        return counts;
    }

    ItemRows rows() {
        return rows;
    }

    /** Of this learner's last record of updates. */
    long sequence() {
        return updates.sequence();
    }

    /** Own commits that the published rows do not all contain yet. */
    int inFlight() {
        return inFlight.size();
    }

    Lead lead() {
        return lead;
    }

    /** Where the items of slots lie in the table. */
    SlotPlaces places() {
        return places;
    }

    /** What this learner has sent and nobody has published. */
    UnpublishedItems unpublished() {
        return unpublished;
    }

    void close() {
        table.unsubscribe(changes);
    }

    /** The first look: every published item, in the slots they had, so that draws continue as before a restart. */
    private void takeAll() {
        for (int place = 0; place < table.places(); place++) {
            counts.advance(table.landmarkLocked(place));
        }
        int[] taken = IntStream.range(0, table.places())
                .filter(place -> table.itemLocked(place) != null)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(table::slotLocked)
                        .thenComparingLong(place -> hashLocked(place)))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int place : taken) {
            takeCounts(place, catalogSlot(place));
        }
    }

    private long hashLocked(int place) {
        EntityId item = table.itemLocked(place);
        return item == null ? 0 : item.hash();
    }

    /** Merges what was published since the last call; called between two events. */
    void takeChanges() {
        if (!changes.isEmpty()) {
            table.locked(this::drain);
        }
    }

    private void drain() {
        for (ItemTable.Change change = changes.poll(); change != null; change = changes.poll()) {
            for (int place : change.places()) {
                if (place >= 0) {
                    take(place, change.partition());
                }
            }
        }
        release();
    }

    private void take(int place, int itemPartition) {
        if (table.itemLocked(place) == null) {
            retire(place);
            return;
        }
        int slot = catalogSlot(place);
        long included = table.watermark(itemPartition, partition);
        int row = rows.rowIfPresent(slot);
        expect(slot, row, included);
        boolean isStepped = row >= 0 && table.differsLocked(place, expected.changes, expected.digest);
        if (isStepped || table.differsCountsLocked(place, expected.exposures, expected.clicks)) {
            takeCounts(place, slot);
        }
        if (row >= 0 && isSettled(slot, included)) {
            keepOrDrop(slot, isStepped);
        } else if (isStepped) {
            takeFloats(slot, row, included);
        }
    }

    private void keepOrDrop(int slot, boolean isStepped) {
        boolean isFull = rows.size() > mostKept;
        if (isStepped || isFull) {
            rows.drop(slot);
        }
        if (isFull) {
            lookForRoom();
        }
    }

    /** Looks at the next slot; one for each copy that finds no room. */
    private void lookForRoom() {
        hand = hand + 1 < catalog.slots() ? hand + 1 : 0;
        int row = rows.rowIfPresent(hand);
        if (row >= 0 && rows.roundsSinceChange(row) > IDLE_COMMITS && !isInFlight(hand)) {
            rows.drop(hand);
        }
    }

    private int catalogSlot(int place) {
        int known = places.slot(place);
        return known >= 0 ? known : addToCatalog(place);
    }

    private int addToCatalog(int place) {
        EntityId item = table.itemLocked(place);
        if (item == null) {
            throw new IllegalStateException("place " + place + " of the item table is empty");
        }
        int slot = catalog.restore(item, table.slotLocked(place));
        places.put(slot, place);
        return slot;
    }

    /** An expired item leaves the catalog, unless this learner has just touched it: then its update brings it back. */
    private void retire(int place) {
        int slot = places.slot(place);
        if (slot < 0 || isInFlight(slot)) {
            return;
        }
        places.remove(slot);
        counts.clear(slot);
        rows.drop(slot);
        catalog.retire(catalog.item(slot).hash());
    }

    private boolean isInFlight(int slot) {
        if (open.find(slot) >= 0) {
            return true;
        }
        for (StepGroup group : inFlight) {
            if (group.find(slot) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Adds up whole numbers only: own counters less those that are not published yet. */
    private void expect(int slot, int row, long included) {
        expected.exposures = counts.exposures(slot);
        expected.clicks = counts.clicks(slot);
        expected.changes = row >= 0 ? rows.changes(row) : 0;
        expected.digest = row >= 0 ? rows.digest(row) : 0;
        int at = open.find(slot);
        if (at >= 0) {
            expected.exposures -= open.exposures[at];
            expected.clicks -= open.clicks[at];
            if (row >= 0 && open.floatsAt[at] >= 0) {
                expected.changes = open.changes[at];
                expected.digest = open.digests[at];
            }
        }
        for (StepGroup group : inFlight) {
            int sent = group.findAfter(slot, included);
            if (sent >= 0) {
                expected.exposures -= group.exposures[sent];
                expected.clicks -= group.clicks[sent];
                expected.changes -= group.changes[sent];
                expected.digest ^= group.digests[sent];
            }
        }
    }

    /** Sets a slot's counts to the published ones plus own ones that are not published yet. */
    private void takeCounts(int place, int slot) {
        table.readLocked(place, scratch);
        counts.advance(scratch.landmarkMs);
        counts.clear(slot);
        counts.add(
                slot,
                scratch.exposures,
                scratch.clicks,
                scratch.decayedExposures,
                scratch.decayedClicks,
                scratch.landmarkMs);
        long included = table.watermark(partitions.of(scratch.item.hash()), partition);
        for (StepGroup group : inFlight) {
            addCounts(group, group.findAfter(slot, included), slot);
        }
        addCounts(open, open.find(slot), slot);
    }

    private void addCounts(StepGroup group, int at, int slot) {
        if (at >= 0) {
            counts.add(
                    slot,
                    group.exposures[at],
                    group.clicks[at],
                    group.decayedExposures[at],
                    group.decayedClicks[at],
                    group == open ? counts.landmarkMs() : group.landmarkMs);
        }
    }

    /** Makes a copied row again: published, plus sums in flight, plus what was added since the last commit. */
    private void takeFloats(int slot, int row, long included) {
        if (!scratch.hasFloats) {
            return;
        }
        int at = open.find(slot);
        boolean hasOpen = at >= 0 && open.floatsAt[at] >= 0;
        float[] vectors = rows.floats();
        float[] scalars = rows.floats();
        int vectorAt = rows.target(row);
        int scalarAt = rows.bias(row);
        int newUpdates = scratch.updates;
        int newChanges = scratch.changes;
        long newDigest = scratch.digest;
        for (StepGroup group : inFlight) {
            int sent = group.findAfter(slot, included);
            if (sent >= 0 && group.floatsAt[sent] >= 0) {
                add(scratch.vectors, group.vectors, group.vectorAt(sent));
                add(scratch.scalars, group.scalars, group.scalarAt(sent));
                bounds.apply(scratch.vectors, 0, scratch.scalars, 0);
                newUpdates += group.updates[sent];
                newChanges += group.changes[sent];
                newDigest ^= group.digests[sent];
            }
        }
        for (int f = 0; f < scratch.vectors.length; f++) {
            float start = hasOpen ? open.vectors[open.vectorAt(at) + f] : vectors[vectorAt + f];
            float added = vectors[vectorAt + f] - start;
            vectors[vectorAt + f] = scratch.vectors[f] + added;
            if (hasOpen) {
                open.vectors[open.vectorAt(at) + f] = scratch.vectors[f];
            }
        }
        for (int f = 0; f < scratch.scalars.length; f++) {
            float start = hasOpen ? open.scalars[open.scalarAt(at) + f] : scalars[scalarAt + f];
            float added = scalars[scalarAt + f] - start;
            scalars[scalarAt + f] = scratch.scalars[f] + added;
            if (hasOpen) {
                open.scalars[open.scalarAt(at) + f] = scratch.scalars[f];
            }
        }
        int updatesNow = rows.updates(row);
        int changesNow = rows.changes(row);
        long digestNow = rows.digest(row);
        int updatesThen = hasOpen ? open.updates[at] : updatesNow;
        int changesThen = hasOpen ? open.changes[at] : changesNow;
        long digestThen = hasOpen ? open.digests[at] : digestNow;
        rows.add(row, newUpdates - updatesThen, newChanges - changesThen, newDigest ^ digestThen);
        if (hasOpen) {
            open.updates[at] = newUpdates;
            open.changes[at] = newChanges;
            open.digests[at] = newDigest;
        }
    }

    private static void add(float[] sum, float[] changes, int from) {
        for (int f = 0; f < sum.length; f++) {
            sum[f] += changes[from + f];
        }
    }

    /** True when the published row holds all this learner knows of a slot. */
    private boolean isSettled(int slot, long included) {
        if (open.find(slot) >= 0) {
            return false;
        }
        for (StepGroup group : inFlight) {
            if (group.findAfter(slot, included) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Lets go of commits that every item partition they went to has published. */
    private void release() {
        while (!inFlight.isEmpty() && isPublished(inFlight.peek())) {
            StepGroup done = inFlight.remove();
            if (pool.size() < POOLED) {
                done.clear();
                pool.add(done);
            }
        }
    }

    private boolean isPublished(StepGroup group) {
        for (int p = 0; p < partitions.count(); p++) {
            if (table.watermark(p, partition) < group.sentTo(p)) {
                return false;
            }
        }
        return true;
    }

    /** Fills a row the learner asks for from the published one, where there is one. */
    @Override
    public boolean load(int slot, ItemRows into, int row) {
        int place = places.place(slot);
        if (place < 0 || !table.read(place, scratch) || !scratch.hasFloats) {
            return false;
        }
        System.arraycopy(scratch.vectors, 0, into.floats(), into.target(row), scratch.vectors.length);
        System.arraycopy(scratch.scalars, 0, into.floats(), into.bias(row), scratch.scalars.length);
        into.add(row, scratch.updates, scratch.changes, scratch.digest);
        return true;
    }

    /** Keeps a row as it is at the start of a commit. */
    @Override
    public void beforeChange(int row) {
        int at = open.entry(rows.slotOf(row));
        open.reserveFloats(at);
        System.arraycopy(rows.floats(), rows.target(row), open.vectors, open.vectorAt(at), rows.vectorFloats());
        System.arraycopy(rows.floats(), rows.bias(row), open.scalars, open.scalarAt(at), rows.scalarFloats());
        open.updates[at] = rows.updates(row);
        open.changes[at] = rows.changes(row);
        open.digests[at] = rows.digest(row);
    }

    /**
     * A start is no change: it goes out beside it, and the owner takes that of the learner that it first hears of the item
     * from. Another's changes are sums on top of either.
     */
    @Override
    public void started(int row, float bias) {
        open.startBiases[open.entry(rows.slotOf(row))] = bias;
    }

    @Override
    public void exposed(int slot, double weight, long atMs) {
        int at = open.entry(slot);
        open.exposures[at]++;
        open.decayedExposures[at] += weight;
        open.lastMs[at] = Math.max(open.lastMs[at], atMs);
    }

    @Override
    public void clicked(int slot, double weight, long atMs) {
        int at = open.entry(slot);
        open.clicks[at]++;
        open.decayedClicks[at] += weight;
        open.lastMs[at] = Math.max(open.lastMs[at], atMs);
    }

    @Override
    public void changed(int slot) {}

    /** A landmark moves in the middle of a commit: what was counted in it moves along. */
    @Override
    public void shrank(int exponent) {
        for (int at = 0; at < open.size; at++) {
            open.decayedExposures[at] = Math.scalb(open.decayedExposures[at], -exponent);
            open.decayedClicks[at] = Math.scalb(open.decayedClicks[at], -exponent);
        }
    }

    /**
     * Closes the commit: turns what was touched into sums and hands them out, packed by item partition.
     *
     * @param streamTimeMs event time so far; dates an item that was moved but never counted, as one disliked alone is
     */
    void commit(long streamTimeMs, ItemUpdates.Sink sink) {
        if (open.size == 0) {
            return;
        }
        open.landmarkMs = counts.landmarkMs();
        open.forgetSent(partitions.count());
        for (int at = 0; at < open.size; at++) {
            unpublished.note(open.slots[at]);
            if (open.floatsAt[at] >= 0) {
                closeFloats(at);
            }
            updates.add(open, at, catalog.item(open.slots[at]), isUndated(at) ? streamTimeMs : open.lastMs[at], sink);
        }
        updates.finish(sink);
        rows.forgetTouched();
        inFlight.add(open);
        lead.committed(open.sentTo());
        StepGroup reused = pool.poll();
        open = reused != null ? reused : new StepGroup(rows.vectorFloats(), rows.scalarFloats());
    }

    /** An owner that never heard of an event of an item would take it for long gone. */
    private boolean isUndated(int at) {
        int slot = open.slots[at];
        return open.lastMs[at] == 0 && places.place(slot) < 0;
    }

    /**
     * Replaces the start of a row by its change, and the row by start + change within bounds: what the owner will get when
     * it adds the two, to the bit, so that it does not matter when the copy is dropped for the published row.
     */
    private void closeFloats(int at) {
        int row = rows.row(open.slots[at]);
        close(open.vectors, open.vectorAt(at), rows.floats(), rows.target(row), rows.vectorFloats());
        close(open.scalars, open.scalarAt(at), rows.floats(), rows.bias(row), rows.scalarFloats());
        bounds.apply(rows.floats(), rows.target(row), rows.floats(), rows.bias(row));
        open.updates[at] = rows.updates(row) - open.updates[at];
        open.changes[at] = rows.changes(row) - open.changes[at];
        open.digests[at] = rows.digest(row) ^ open.digests[at];
    }

    private static void close(float[] starts, int from, float[] row, int at, int count) {
        for (int f = 0; f < count; f++) {
            float start = starts[from + f];
            float change = row[at + f] - start;
            row[at + f] = start + change;
            starts[from + f] = change;
        }
    }

    /**
     * Scores of every catalog slot against a vector: published rows scanned, own copies put in their places. An item that
     * was never stepped scores 0.
     */
    void scoreAll(float[] vector, float[][] tableScores, float[] out) {
        Arrays.fill(out, 0, catalog.slots(), 0f);
        int published = table.scoreAll(vector, rows.padded(), tableScores);
        if (ownScores.length < rows.rows()) {
            ownScores = new float[2 * rows.rows()];
        }
        rows.scoreMovedRows(vector, ownScores);
        for (int slot = 0; slot < catalog.slots(); slot++) {
            int row = rows.rowIfPresent(slot);
            int place = places.place(slot);
            if (row >= 0) {
                out[slot] = ownScores[row];
            } else if (place >= 0 && place < published) {
                float score = tableScores[0][place];
                out[slot] = score == Float.NEGATIVE_INFINITY ? 0 : score;
            }
        }
    }
}
