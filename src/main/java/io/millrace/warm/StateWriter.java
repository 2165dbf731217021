package io.millrace.warm;

import io.millrace.attribution.Balance;
import io.millrace.attribution.HeldChunk;
import io.millrace.backtest.PartitionRun;
import io.millrace.backtest.RunConfig;
import io.millrace.event.EntityId;
import io.millrace.event.InvalidSetting;
import io.millrace.learning.ItemRows;
import io.millrace.learning.UserRows;
import io.millrace.pipeline.Evaluator;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.Prequential;
import io.millrace.popularity.ItemCounts;
import io.millrace.ranking.Blend;
import io.millrace.ranking.JournaledRanker;
import io.millrace.sampling.Catalog;
import io.millrace.store.ChunkLog;
import io.millrace.store.ItemRow;
import io.millrace.store.ItemRowFormat;
import io.millrace.store.LearnerNotes;
import io.millrace.store.PagedState;
import io.millrace.store.RankerLog;
import io.millrace.store.RowKey;
import io.millrace.store.UserRowFormat;
import io.millrace.topology.Names;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Writes what a backtest has learned as the records that the live stores would hold. Users and their open impressions go
 * to the partition of the user's key, as the default partitioner of Kafka has it; seen ids, the sampler's memory and the
 * served ranking go to every partition, for none of them is by user alone.
 */
public final class StateWriter {

    private static final int ENTRIES_PER_CHUNK = 2000;
    private static final int IDS_PER_CHUNK = 20_000;

    private final PartitionRun run;
    private final Pipeline pipeline;
    private final int learners;
    private final Path directory;

    private StateWriter(PartitionRun run, int learners, Path directory) {
        this.run = run;
        pipeline = run.pipeline();
        this.learners = learners;
        this.directory = directory;
    }

    /**
     * @param learners partitions of the events
     * @param offsets where the history ended, as {@code topic-0}; empty for a file
     * @param completeUntilMs where a file ended, event time in epoch milliseconds
     */
    public static SavedState write(
            PartitionRun run, int learners, Map<String, Long> offsets, long completeUntilMs, Path directory)
            throws IOException {
        InvalidSetting.require(run.events() > 0, "--save-state", directory, "a history that has an event");
        Files.createDirectories(directory);
        Files.deleteIfExists(directory.resolve("state.json"));
        StateWriter writer = new StateWriter(run, learners, directory);
        long users = writer.users();
        long items = writer.items();
        writer.learners();
        RunConfig config = run.config();
        SavedState state = new SavedState(
                SavedState.VERSION,
                learners,
                config.digest(),
                new TreeMap<>(config.settings()),
                offsets,
                completeUntilMs,
                writer.pipeline.streamTimeMs(),
                run.events(),
                users,
                items);
        state.write(directory);
        return state;
    }

    static int partition(EntityId user, int partitions) {
        return Utils.toPositive(Utils.murmur2(user.utf8())) % partitions;
    }

    private Predicate<EntityId> usersOf(int learner) {
        return user -> partition(user, learners) == learner;
    }

    private long users() throws IOException {
        UserRows users = pipeline.learner().users();
        UserRowFormat format = new UserRowFormat();
        for (int learner = 0; learner < learners; learner++) {
            try (var out = new RowFile.Writer(SavedState.file(directory, Names.USERS, learner))) {
                for (int k = 0; k < users.touchedCount(); k++) {
                    int row = users.touchedRow(k);
                    if (usersOf(learner).test(users.user(row))) {
                        out.put(RowKey.of(users.user(row).hash()), format.write(users, row));
                    }
                }
            }
        }
        return users.touchedCount();
    }

    private long items() throws IOException {
        Catalog catalog = pipeline.catalog();
        ItemRows rows = pipeline.learner().items();
        ItemRow row = new ItemRow(rows.vectorFloats(), rows.scalarFloats());
        ItemRowFormat format = new ItemRowFormat();
        try (var out = new RowFile.Writer(SavedState.items(directory))) {
            for (int slot = 0; slot < catalog.slots(); slot++) {
                fill(slot, row);
                out.put(RowKey.of(row.item.hash()), format.write(row));
            }
        }
        return catalog.slots();
    }

    private void fill(int slot, ItemRow row) {
        ItemCounts counts = pipeline.counts();
        ItemRows rows = pipeline.learner().items();
        row.item = pipeline.catalog().item(slot);
        row.slot = slot;
        row.exposures = counts.exposures(slot);
        row.clicks = counts.clicks(slot);
        row.decayedExposures = counts.decayedExposures().get(slot);
        row.decayedClicks = counts.decayedClicks().get(slot);
        row.landmarkMs = counts.landmarkMs();
        row.lastMs = run.lastMs(slot) != 0 ? run.lastMs(slot) : pipeline.streamTimeMs();
        int at = rows.rowIfPresent(slot);
        row.hasFloats = at >= 0 && rows.changes(at) > 0;
        row.updates = row.hasFloats ? rows.updates(at) : 0;
        row.changes = row.hasFloats ? rows.changes(at) : 0;
        row.digest = row.hasFloats ? rows.digest(at) : 0;
        if (row.hasFloats) {
            System.arraycopy(rows.floats(), rows.target(at), row.vectors, 0, row.vectors.length);
            System.arraycopy(rows.floats(), rows.bias(at), row.scalars, 0, row.scalars.length);
        }
    }

    private void learners() throws IOException {
        Balance rest = new Balance();
        rest.add(pipeline.balance());
        for (int learner = learners - 1; learner >= 0; learner--) {
            Balance part = learner == 0 ? rest : pipeline.joiner().heldBalance(usersOf(learner));
            if (learner > 0) {
                rest.subtract(part);
            }
            save(Names.PENDING, learner, chunks(pipeline.joiner().held(usersOf(learner), ENTRIES_PER_CHUNK)));
            save(Names.SEEN, learner, chunks(pipeline.seen().held(IDS_PER_CHUNK)));
            save(Names.LEARNER_NOTES, learner, notes(part));
            save(Names.RANKING, learner, ranking());
        }
    }

    private static KeyValueStore<Bytes, byte[]> store() {
        return Stores.inMemoryKeyValueStore("state").get();
    }

    private static KeyValueStore<Bytes, byte[]> chunks(List<HeldChunk> chunks) {
        KeyValueStore<Bytes, byte[]> store = store();
        long next = 0;
        for (HeldChunk chunk : chunks) {
            next = ChunkLog.write(store, next, chunk);
        }
        return store;
    }

    /** Metrics start anew: those of a history are in its report. */
    private KeyValueStore<Bytes, byte[]> notes(Balance part) throws IOException {
        KeyValueStore<Bytes, byte[]> store = store();
        RunConfig.Measure measure = run.config().measure();
        Evaluator metrics = new Prequential(
                measure.share(),
                measure.recommendSeen(),
                measure.cutoffs().stream().mapToInt(Integer::intValue).toArray(),
                measure.window(),
                pipeline.catalog(),
                run.served(),
                run.served());
        store.put(LearnerNotes.KEY, LearnerNotes.write(0, out -> pipeline.writeTo(out, part, metrics)));
        if (pipeline.sampling().remembers()) {
            var bytes = new ByteArrayOutputStream();
            pipeline.sampling().writeTo(new DataOutputStream(bytes));
            new PagedState(store, LearnerNotes.SAMPLER).write(bytes.toByteArray());
        }
        return store;
    }

    private KeyValueStore<Bytes, byte[]> ranking() {
        KeyValueStore<Bytes, byte[]> store = store();
        Blend blend = run.servedBlend();
        if (blend != null) {
            RankerLog.write(
                    store, JournaledRanker.of(blend, pipeline.catalog(), run.newestClickMs()), pipeline.catalog());
        }
        return store;
    }

    private void save(String name, int learner, KeyValueStore<Bytes, byte[]> store) throws IOException {
        try (var out = new RowFile.Writer(SavedState.file(directory, name, learner));
                KeyValueIterator<Bytes, byte[]> all = store.all()) {
            while (all.hasNext()) {
                var record = all.next();
                out.put(record.key.get(), record.value);
            }
        }
    }
}
