package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.learning.ItemRows;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.Optimizers;
import io.millrace.popularity.HalfLife;
import io.millrace.sampling.Catalog;
import io.millrace.store.ItemRow;
import io.millrace.store.ItemRowFormat;
import io.millrace.store.RowKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Learners, item partitions and tables without Kafka: each moves on by itself, and any may start again from what it had stored. */
final class SteppedItems {

    private static final int ITEMS = 12;
    private static final long TTL_MS = 1_000_000_000L;

    /** What learners did to an item, added up. */
    static final class Sum {
        long updates;
        long changes;
        long digest;
        long exposures;
        long clicks;
        long lastMs;
        final List<Long> clickedAt = new ArrayList<>();
        final double[] vectors;
        final double[] scalars;

        Sum(int vectors, int scalars) {
            this.vectors = new double[vectors];
            this.scalars = new double[scalars];
        }

        double decayedClicks(HalfLife halfLife, long nowMs) {
            return clickedAt.stream()
                    .mapToDouble(at -> StrictMath.pow(2, (at - nowMs) / (double) halfLife.ms()))
                    .sum();
        }
    }

    private record Logged(byte[] key, byte @Nullable [] value) {}

    private static final class Partition {
        final List<byte[]> updates = new ArrayList<>();
        final List<Logged> changelog = new ArrayList<>();

        /** As of the last checkpoint, before record {@code stored} of the changelog. */
        final Map<Long, Logged> store = new TreeMap<>();

        int stored;
        ItemOwner owner;
        int read;
        int committed;
    }

    private final class Learner {
        ItemView view;
        int table;
        long sequence;
        final Map<EntityId, Sum> open = new HashMap<>();

        Learner(int number) {
            start(number);
        }

        void start(int number) {
            if (view != null) {
                view.close();
            }
            table = random.nextInt(tables.size());
            view = new ItemView(
                    number,
                    new ItemPartitions(partitions.size()),
                    tables.get(table),
                    learning,
                    Optimizers.make(learning),
                    halfLife,
                    mostKept,
                    sequence);
            view.counts().advance(nowMs);
            open.clear();
        }
    }

    final HalfLife halfLife = ItemViewPropertyTest.HALF_LIFE;
    final Map<EntityId, Sum> expected = new HashMap<>();
    final Catalog plainCatalog = new Catalog();
    final ItemRows plain = ItemViewPropertyTest.plainRows(plainCatalog);
    long nowMs = 1_700_000_000_000L;

    /** Copies that a learner keeps of rows it has nothing to add to. */
    final int mostKept;

    private final LearningConfig learning;
    private final CounterRandom random;
    private final List<Partition> partitions = new ArrayList<>();
    private final List<ItemTable> tables = new ArrayList<>();
    private final int[][] applied;
    private final List<Learner> learners = new ArrayList<>();

    SteppedItems(int learners, int itemPartitions, int instances, CounterRandom random) {
        this(learners, itemPartitions, instances, TestSettings.learning(), random);
    }

    SteppedItems(int learners, int itemPartitions, int instances, LearningConfig learning, CounterRandom random) {
        this.learning = learning;
        this.random = random;
        mostKept = random.nextInt(ITEMS + 1);
        for (int p = 0; p < itemPartitions; p++) {
            Partition partition = new Partition();
            startOwner(partition);
            partitions.add(partition);
        }
        for (int t = 0; t < instances; t++) {
            tables.add(new ItemTable(plain.vectorFloats(), plain.scalarFloats()));
        }
        applied = new int[instances][itemPartitions];
        for (int number = 0; number < learners; number++) {
            this.learners.add(new Learner(number));
        }
    }

    /** One of everything that can happen next. */
    void act(boolean restarts) {
        int what = random.nextInt(100);
        int learner = random.nextInt(learners.size());
        if (what < 45) {
            step(learner);
        } else if (what < 60) {
            commit(learner);
        } else if (what < 72) {
            own(partitions.get(random.nextInt(partitions.size())));
        } else if (what < 82) {
            publish(partitions.get(random.nextInt(partitions.size())));
        } else if (what < 83) {
            checkpoint(partitions.get(random.nextInt(partitions.size())));
        } else if (what < 96) {
            apply(random.nextInt(tables.size()), random.nextInt(partitions.size()), 1 + random.nextInt(20));
        } else if (restarts && what < 98) {
            learners.get(learner).start(learner);
        } else if (restarts) {
            startOwner(partitions.get(random.nextInt(partitions.size())));
        }
    }

    /** Some events of one learner: time passes, items are counted and moved. */
    private void step(int number) {
        ItemView view = learners.get(number).view;
        view.takeChanges();
        nowMs += random.nextInt(20) == 0 ? 10_000_000 : random.nextInt(5000);
        view.counts().advance(nowMs);
        for (int k = random.nextInt(6); k >= 0; k--) {
            EntityId item = EntityId.of("i" + random.nextInt(ITEMS));
            int kind = random.nextInt(4);
            if (kind == 0) {
                expose(number, item);
            } else if (kind == 1) {
                int slot = view.catalog().add(item);
                view.counts().clicked(slot, nowMs - 500);
                Sum sum = sum(number, item);
                sum.clicks++;
                sum.clickedAt.add(nowMs - 500);
                sum.lastMs = Math.max(sum.lastMs, nowMs - 500);
            } else {
                move(number, item);
            }
        }
    }

    void expose(int number, EntityId item) {
        ItemView view = learners.get(number).view;
        view.counts().advance(nowMs);
        view.counts().exposed(view.catalog().add(item), nowMs);
        Sum sum = sum(number, item);
        sum.exposures++;
        sum.lastMs = Math.max(sum.lastMs, nowMs);
    }

    /** An item starts at a bias, where the learner has not heard of it. */
    void start(int number, EntityId item, float bias) {
        ItemView view = learners.get(number).view;
        view.rows().start(view.catalog().add(item), bias);
        sum(number, item).changes++;
    }

    void move(int number, EntityId item) {
        ItemView view = learners.get(number).view;
        ItemRows rows = view.rows();
        int row = rows.row(view.catalog().add(item));
        int own = plain.row(plainCatalog.add(item));
        long digest = random.nextLong();
        Sum sum = sum(number, item);
        rows.touch(row);
        rows.add(row, 1, 0, digest);
        plain.touch(own);
        plain.add(own, 1, 0, digest);
        sum.updates++;
        sum.changes++;
        sum.digest ^= digest;
        for (int f = 0; f < rows.vectorFloats(); f++) {
            float delta = (float) (0.04 * (random.nextDouble() - 0.5));
            rows.floats()[rows.target(row) + f] += delta;
            plain.floats()[plain.target(own) + f] += delta;
            sum.vectors[f] += delta;
        }
        for (int f = 0; f < rows.scalarFloats(); f++) {
            float delta = (float) (0.04 * (random.nextDouble() - 0.5));
            rows.floats()[rows.bias(row) + f] += delta;
            sum.scalars[f] += delta;
        }
    }

    private Sum sum(int number, EntityId item) {
        return learners.get(number).open.computeIfAbsent(item, i -> emptySum());
    }

    private Sum emptySum() {
        return new Sum(plain.vectorFloats(), plain.scalarFloats());
    }

    /** The learner's transaction: its records and its sequence. */
    void commit(int number) {
        Learner learner = learners.get(number);
        learner.view.commit(nowMs, (p, record) -> partitions.get(p).updates.add(record));
        learner.sequence = learner.view.sequence();
        learner.open.forEach(this::expect);
        learner.open.clear();
    }

    private void expect(EntityId item, Sum open) {
        Sum all = expected.computeIfAbsent(item, this::start);
        all.updates += open.updates;
        all.changes += open.changes;
        all.digest ^= open.digest;
        all.exposures += open.exposures;
        all.clicks += open.clicks;
        all.lastMs = Math.max(all.lastMs, open.lastMs);
        all.clickedAt.addAll(open.clickedAt);
        for (int f = 0; f < all.vectors.length; f++) {
            all.vectors[f] += open.vectors[f];
        }
        for (int f = 0; f < all.scalars.length; f++) {
            all.scalars[f] += open.scalars[f];
        }
    }

    private Sum start(EntityId item) {
        Catalog catalog = new Catalog();
        ItemRows fresh = ItemViewPropertyTest.plainRows(catalog);
        int row = fresh.row(catalog.add(item));
        Sum sum = emptySum();
        for (int f = 0; f < sum.vectors.length; f++) {
            sum.vectors[f] = fresh.floats()[fresh.target(row) + f];
        }
        return sum;
    }

    private void own(Partition partition) {
        int until = Math.min(partition.updates.size(), partition.read + 1 + random.nextInt(3));
        while (partition.read < until) {
            partition.owner.accept(partition.updates.get(partition.read++));
        }
    }

    /** The owner's transaction: rows, watermarks and how far it has read. */
    private void publish(Partition partition) {
        partition.owner.commit((key, row) -> partition.changelog.add(new Logged(key, row)));
        partition.committed = partition.read;
    }

    /** What was logged is stored, and nothing else: the store is the newest record of each key. */
    private void checkpoint(Partition partition) {
        if (partition.committed < partition.read) {
            partition.owner.store((key, row) -> {
                throw new AssertionError("stored before it was logged");
            });
            return;
        }
        partition.owner.store((key, row) -> partition.store.put(id(key), new Logged(key, row)));
        partition.stored = partition.changelog.size();
        Map<Long, Logged> compacted = new TreeMap<>();
        partition.changelog.forEach(record -> compacted.put(id(record.key()), record));
        assertThat(text(partition.store)).isEqualTo(text(compacted));
    }

    /** Rows by what they say: a row that is stored later may say it from a later landmark. */
    private Map<Long, String> text(Map<Long, Logged> records) {
        Map<Long, String> text = new TreeMap<>();
        records.forEach((id, record) -> {
            if (record.value() != null) {
                text.put(id, RowKey.isRow(record.key()) ? text(record.value()) : Arrays.toString(record.value()));
            }
        });
        return text;
    }

    private String text(byte[] stored) {
        ItemRow row = emptyRow();
        new ItemRowFormat().read(stored, row);
        return String.format(
                "%s %d: %d %d %.6f %.6f %d %d %d %d %s %s",
                row.item.text(),
                row.slot,
                row.exposures,
                row.clicks,
                halfLife.valueAt(row.decayedExposures, row.landmarkMs, nowMs),
                halfLife.valueAt(row.decayedClicks, row.landmarkMs, nowMs),
                row.lastMs,
                row.updates,
                row.changes,
                row.digest,
                row.hasFloats ? Arrays.toString(row.vectors) : "-",
                row.hasFloats ? Arrays.toString(row.scalars) : "-");
    }

    private static long id(byte[] key) {
        return key.length == Long.BYTES ? java.nio.ByteBuffer.wrap(key).getLong() : key[0];
    }

    /** The owner goes on from its stored rows, what was logged after them, and its committed place. */
    private void startOwner(Partition partition) {
        while (partition.stored < partition.changelog.size()) {
            Logged record = partition.changelog.get(partition.stored++);
            partition.store.put(id(record.key()), record);
        }
        partition.owner = new ItemOwner(learning, Optimizers.make(learning), halfLife, TTL_MS);
        for (Logged stored : partition.store.values()) {
            if (stored.value() != null) {
                partition.owner.restore(stored.key(), stored.value());
            }
        }
        partition.owner.restored();
        partition.read = partition.committed;
    }

    private void apply(int table, int p, int atMost) {
        List<Logged> changelog = partitions.get(p).changelog;
        int until = Math.min(changelog.size(), applied[table][p] + atMost);
        while (applied[table][p] < until) {
            Logged record = changelog.get(applied[table][p]++);
            tables.get(table).accept(p, record.key(), record.value());
        }
    }

    /** Everything that is under way arrives, and learners see it. */
    void settle() {
        arrive();
        learners.forEach(learner -> learner.view.takeChanges());
    }

    /** Everything that is under way arrives in the tables. */
    void arrive() {
        for (int number = 0; number < learners.size(); number++) {
            commit(number);
        }
        for (int p = 0; p < partitions.size(); p++) {
            Partition partition = partitions.get(p);
            while (partition.read < partition.updates.size()) {
                own(partition);
            }
            publish(partition);
            for (int table = 0; table < tables.size(); table++) {
                apply(table, p, Integer.MAX_VALUE / 2);
            }
        }
    }

    void passTtl() {
        nowMs += 2 * TTL_MS;
    }

    int itemPartition(EntityId item) {
        return new ItemPartitions(partitions.size()).of(item.hash());
    }

    List<ItemView> views() {
        return learners.stream().map(learner -> learner.view).toList();
    }

    ItemRow emptyRow() {
        return new ItemRow(plain.vectorFloats(), plain.scalarFloats());
    }

    int published() {
        return tables.get(0).size();
    }

    boolean find(EntityId item, ItemRow into) {
        return tables.get(0).find(item.hash(), into);
    }
}
