package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.learning.ItemRows;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.Optimizers;
import io.millrace.popularity.HalfLife;
import io.millrace.sampling.Catalog;
import io.millrace.store.ItemRow;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Learners, owners and tables in every order that partitions allow, with restarts of each: what is published is the sum
 * of what was committed, and every learner ends with it.
 */
class ItemViewPropertyTest {

    private static final int SEEDS = 25;
    private static final int ACTIONS = 300;

    /** Rows start at a norm of 0.5 and may not grow much, nor may biases. */
    private static final LearningConfig TIGHT = new LearningConfig(
            16, "softmax-is", "adagrad-row", 0.1f, 0, 0.5f, 0.52f, 0.1f, 5, 0.5f, 5, 0.7f, false, 0.1f, 1, 42);

    @Test
    void publishedRowsAreTheSumOfWhatLearnersCommitted() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SteppedItems world = run(seed, 1 + seed % 4, true);
            ItemRow row = world.emptyRow();
            assertThat(world.published()).as("seed %d: items", seed).isEqualTo(world.expected.size());
            for (Map.Entry<EntityId, SteppedItems.Sum> entry : world.expected.entrySet()) {
                assertThat(world.find(entry.getKey(), row)).isTrue();
                String what = "seed " + seed + ", " + entry.getKey();
                SteppedItems.Sum sum = entry.getValue();
                assertThat(new long[] {row.updates, row.changes, row.digest, row.exposures, row.clicks})
                        .as(what)
                        .containsExactly(sum.updates, sum.changes, sum.digest, sum.exposures, sum.clicks);
                assertThat(row.lastMs).as(what).isBetween(sum.lastMs, world.nowMs);
                assertThat(world.halfLife.valueAt(row.decayedClicks, row.landmarkMs, world.nowMs))
                        .as(what)
                        .isCloseTo(sum.decayedClicks(world.halfLife, world.nowMs), within(1e-9));
                if (row.hasFloats) {
                    assertClose(what, row.vectors, 0, sum.vectors, 1e-4);
                    assertClose(what, row.scalars, 0, sum.scalars, 1e-4);
                } else {
                    assertThat(sum.changes).as(what).isZero();
                }
            }
        }
    }

    @Test
    void everyLearnerEndsWithThePublishedRows() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SteppedItems world = run(seed, 1 + seed % 4, true);
            ItemRow row = world.emptyRow();
            for (ItemView view : world.views()) {
                assertThat(view.inFlight())
                        .as("seed %d: commits in flight", seed)
                        .isZero();
                for (EntityId item : world.expected.keySet()) {
                    String what = "seed " + seed + ", " + item;
                    assertThat(world.find(item, row)).isTrue();
                    int slot = view.catalog().slotOf(item.hash());
                    assertThat(slot).as(what).isNotNegative();
                    assertThat(new long[] {
                                view.counts().exposures(slot), view.counts().clicks(slot)
                            })
                            .as(what)
                            .containsExactly(row.exposures, row.clicks);
                    assertRow(what, view.rows(), view.rows().row(slot), row, 1e-5);
                }
            }
        }
    }

    /** Also where sums are cut to the norm allowed, as many are here. */
    @Test
    void copiesThatAreKeptHaveTheBitsOfThePublishedRows() {
        int kept = 0;
        int cutVectors = 0;
        int cutBiases = 0;
        for (int seed = 0; seed < 4 * SEEDS; seed++) {
            SteppedItems world = run(seed, 1 + seed % 3, seed % 2 == 0, TIGHT);
            if (seed % 3 == 0) {
                comeBack(world);
            }
            ItemRow row = world.emptyRow();
            for (ItemView view : world.views()) {
                ItemRows rows = view.rows();
                assertThat(rows.size()).as("seed %d: kept", seed).isLessThanOrEqualTo(world.mostKept);
                for (EntityId item : world.expected.keySet()) {
                    int at = rows.rowIfPresent(view.catalog().slotOf(item.hash()));
                    if (at < 0) {
                        continue;
                    }
                    String what = "seed " + seed + ", " + item;
                    assertThat(world.find(item, row)).isTrue();
                    assertThat(copy(rows.floats(), rows.target(at), row.vectors.length))
                            .as(what)
                            .isEqualTo(row.vectors);
                    assertThat(copy(rows.floats(), rows.bias(at), row.scalars.length))
                            .as(what)
                            .isEqualTo(row.scalars);
                    kept++;
                    double longest =
                            Math.max(norm(row.vectors, 0, rows.padded()), norm(row.vectors, rows.padded(), 16));
                    assertThat(longest).as(what).isLessThan(1.00001 * TIGHT.maxNorm());
                    assertThat(Math.abs(row.scalars[0])).as(what).isLessThanOrEqualTo(TIGHT.maxBias());
                    cutVectors += longest > 0.999 * TIGHT.maxNorm() ? 1 : 0;
                    cutBiases += Math.abs(row.scalars[0]) == TIGHT.maxBias() ? 1 : 0;
                }
            }
        }
        assertThat(kept).isGreaterThan(100);
        assertThat(cutVectors).isGreaterThan(20);
        assertThat(cutBiases).isGreaterThan(3);
    }

    /** All items are forgotten, others get their slots, and then they come back. */
    private static void comeBack(SteppedItems world) {
        List<EntityId> before = List.copyOf(world.expected.keySet());
        world.passTtl();
        for (int k = 0; k < 20; k++) {
            EntityId other = EntityId.of("other " + k);
            world.expose(k % world.views().size(), other);
            world.move(k % world.views().size(), other);
        }
        world.settle();
        world.expose(0, EntityId.of("other 0"));
        world.settle();
        for (int times = 0; times < 2; times++) {
            for (EntityId item : before) {
                world.expose(times % world.views().size(), item);
                world.move(times % world.views().size(), item);
            }
            world.settle();
        }
    }

    /** It was forgotten and came back between two looks, and by its counters is what it was. */
    @Test
    void aCopyOfAnItemThatSomeoneElseStartedAnewIsNotKept() {
        SteppedItems world = roomFor(1, 2);
        EntityId item = EntityId.of("again");
        world.expose(0, item);
        world.move(0, item);
        world.settle();
        ItemRows rows = world.views().get(0).rows();
        int slot = world.views().get(0).catalog().slotOf(item.hash());
        assertThat(rows.rowIfPresent(slot)).isNotNegative();
        world.passTtl();
        world.expose(1, EntityId.of("other"));
        world.arrive();
        assertThat(world.find(item, world.emptyRow())).isFalse();
        world.expose(1, item);
        world.move(1, item);
        world.settle();
        ItemRow row = world.emptyRow();
        assertThat(world.find(item, row)).isTrue();
        assertRow("the copy", rows, rows.row(slot), row, 0);
    }

    /** Those who came first do not hold the room for ever. */
    @Test
    void aCopyThatWasLongNotChangedMakesRoomForOneThatIs() {
        SteppedItems world = roomFor(2, 1);
        for (int k = 0; k < world.mostKept; k++) {
            world.move(0, EntityId.of("early " + k));
            world.settle();
        }
        EntityId busy = EntityId.of("busy");
        ItemView view = world.views().get(0);
        int commits = 0;
        do {
            assertThat(view.rows().size()).isLessThanOrEqualTo(world.mostKept);
            world.move(0, busy);
            world.settle();
            commits++;
        } while (view.rows().rowIfPresent(view.catalog().slotOf(busy.hash())) < 0 && commits < 200);
        assertThat(commits).isBetween(90, 150);
    }

    private static SteppedItems roomFor(int copies, int learners) {
        for (int seed = 0; ; seed++) {
            SteppedItems world = new SteppedItems(learners, 1, 1, new CounterRandom().reset(seed, 0, 0));
            if (world.mostKept == copies) {
                return world;
            }
        }
    }

    private static float[] copy(float[] floats, int from, int n) {
        return Arrays.copyOfRange(floats, from, from + n);
    }

    private static double norm(float[] vector, int from, int n) {
        return Math.sqrt(IntStream.range(from, from + n)
                .mapToDouble(f -> vector[f] * vector[f])
                .sum());
    }

    @Test
    void aLearnerThatIsAloneLearnsAsIfThereWereNoPartitions() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SteppedItems world = run(seed, 1, false);
            ItemView view = world.views().get(0);
            ItemRow row = world.emptyRow();
            for (Map.Entry<EntityId, SteppedItems.Sum> entry : world.expected.entrySet()) {
                int slot = view.catalog().slotOf(entry.getKey().hash());
                int plain =
                        world.plain.row(world.plainCatalog.slotOf(entry.getKey().hash()));
                int mine = view.rows().row(slot);
                assertThat(world.find(entry.getKey(), row)).isTrue();
                for (int f = 0; f < row.vectors.length; f++) {
                    assertThat(view.rows().floats()[view.rows().target(mine) + f])
                            .as("seed %d, %s, float %d", seed, entry.getKey(), f)
                            .isCloseTo(world.plain.floats()[world.plain.target(plain) + f], within(1e-6f));
                }
                assertThat(view.rows().changes(mine)).isEqualTo(world.plain.changes(plain));
            }
        }
    }

    @Test
    void itemsThatNobodyHeardOfForLongAreForgottenEverywhere() {
        for (int seed = 0; seed < 30; seed++) {
            SteppedItems world = run(seed, 1 + seed % 3, false);
            EntityId last = EntityId.of("the last one");
            world.passTtl();
            world.expose(0, last);
            world.settle();
            world.expose(0, last);
            world.settle();
            ItemRow row = world.emptyRow();
            for (EntityId item : world.expected.keySet()) {
                if (world.itemPartition(item) == world.itemPartition(last) && !item.equals(last)) {
                    assertThat(world.find(item, row))
                            .as("seed %d, %s", seed, item)
                            .isFalse();
                    for (ItemView view : world.views()) {
                        assertThat(view.catalog().slotOf(item.hash()))
                                .as("seed %d, %s", seed, item)
                                .isNegative();
                    }
                }
            }
            assertThat(world.find(last, row)).isTrue();
        }
    }

    @Test
    void anItemThatWasMovedButNeverCountedIsNotForgotten() {
        SteppedItems world = new SteppedItems(1, 1, 1, new CounterRandom().reset(0, 0, 0));
        EntityId disliked = EntityId.of("disliked");
        world.move(0, disliked);
        world.expose(0, EntityId.of("shown"));
        world.settle();
        assertThat(world.find(disliked, world.emptyRow())).isTrue();
    }

    /** Two learners hear of an item at once, each with its own idea of where it starts: that of the first stands. */
    @Test
    void anItemStartsAtTheBiasOfTheLearnerThatItIsFirstHeardOfFrom() {
        for (int first = 0; first < 2; first++) {
            SteppedItems world = new SteppedItems(2, 1, 1, new CounterRandom().reset(first, 0, 0));
            EntityId item = EntityId.of("new");
            world.start(0, item, -1);
            world.start(1, item, -2);
            world.move(0, item);
            world.move(1, item);
            world.commit(first);
            world.move(1 - first, item);
            world.settle();
            ItemRow row = world.emptyRow();
            assertThat(world.find(item, row)).isTrue();
            double moved = world.expected.get(item).scalars[0];
            assertThat((double) row.scalars[0]).isCloseTo(moved - 1 - first, within(1e-6));
            assertThat(row.changes).isEqualTo(5);
            for (ItemView view : world.views()) {
                int at = view.rows().row(view.catalog().slotOf(item.hash()));
                assertRow("of either learner", view.rows(), at, row, 1e-6);
            }
        }
    }

    /** Its start is not sent again, and one that comes too late to be one changes nothing. */
    @Test
    void anItemThatIsPublishedIsNotStartedAgain() {
        SteppedItems world = new SteppedItems(2, 1, 1, new CounterRandom().reset(1, 0, 0));
        EntityId item = EntityId.of("new");
        world.start(0, item, -1);
        world.settle();
        world.move(1, item);
        world.settle();
        ItemRow row = world.emptyRow();
        assertThat(world.find(item, row)).isTrue();
        assertThat((double) row.scalars[0]).isCloseTo(-1 + world.expected.get(item).scalars[0], within(1e-6));
    }

    private static SteppedItems run(int seed, int learners, boolean restarts) {
        return run(seed, learners, restarts, TestSettings.learning());
    }

    private static SteppedItems run(int seed, int learners, boolean restarts, LearningConfig learning) {
        CounterRandom random = new CounterRandom().reset(seed, 0, 0);
        SteppedItems world = new SteppedItems(learners, 1 + random.nextInt(3), 1 + random.nextInt(2), learning, random);
        try {
            for (int k = 0; k < ACTIONS; k++) {
                world.act(restarts);
            }
            world.settle();
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
        return world;
    }

    private static void assertRow(String what, ItemRows rows, int at, ItemRow row, double tolerance) {
        assertThat(new long[] {rows.updates(at), rows.changes(at), rows.digest(at)})
                .as(what)
                .containsExactly(row.updates, row.changes, row.digest);
        for (int f = 0; row.hasFloats && f < row.vectors.length; f++) {
            assertThat((double) rows.floats()[rows.target(at) + f])
                    .as(what)
                    .isCloseTo(row.vectors[f], within(tolerance));
        }
        for (int f = 0; row.hasFloats && f < row.scalars.length; f++) {
            assertThat((double) rows.floats()[rows.bias(at) + f]).as(what).isCloseTo(row.scalars[f], within(tolerance));
        }
    }

    private static void assertClose(String what, float[] floats, int from, double[] expected, double tolerance) {
        for (int f = 0; f < expected.length; f++) {
            assertThat((double) floats[from + f]).as(what).isCloseTo(expected[f], within(tolerance));
        }
    }

    /** Rows as they start, for the expected sums. */
    static ItemRows plainRows(Catalog catalog) {
        return new ItemRows(TestSettings.learning(), Optimizers.make(TestSettings.learning()), catalog, null);
    }

    static final HalfLife HALF_LIFE = new HalfLife(60_000);
}
