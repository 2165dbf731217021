package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSamplersTest {

    @Test
    void columnsAreTheOtherRowsWithoutTheItemTheUserAndWhatIsExcluded() {
        World world = World.empty("in-batch", ReferenceParameters.with(), 10, 1);
        var batch = new MicroBatch(6, 500);
        batch.add(1, 0, 10, 0);
        batch.add(2, 1, 11, 0);
        batch.add(1, 2, 12, 0);
        batch.add(3, 0, 13, 0);
        batch.add(4, 4, 14, 0);
        batch.add(5, 5, 15, 0);
        start(world, batch, 0);
        world.draw.exclusions().add(4);
        assertThat(slots(world.sample(99))).containsExactly(1, 5);
    }

    @Test
    void theHardestColumnsAreThoseThatScoreHighest() {
        World world = World.empty("in-batch", ReferenceParameters.with("in-batch.hardest", 2), 10, 1);
        MicroBatch batch = distinct(8);
        world.model.biases[3] = 50;
        world.model.biases[6] = 60;
        start(world, batch, 0);
        assertThat(slots(world.sample(1))).containsExactlyInAnyOrder(3, 6);
    }

    @Test
    void reportedSharesAreThoseOfThePositives() {
        World world = World.empty("in-batch", ReferenceParameters.with(), 10, 1);
        for (int k = 0; k < 900; k++) {
            world.click(0, k % 9 == 0 ? 1 : 2);
        }
        start(world, distinct(8), 0);
        assertThat(world.sampler.probability(world.draw, 1)).isCloseTo(1.0 / 9, within(0.001));
        assertThat(world.sampler.probability(world.draw, 5)).isBetween(0.0005, 0.002);
    }

    @Test
    void mixedNegativesHaveTheLawOfBothPartsAndTheRowsShareTheUniformOnes() {
        World world = World.empty("mns", ReferenceParameters.with("mns.uniform", 30), 100, 1);
        for (int k = 0; k < 1000; k++) {
            world.click(k % World.USERS, k % 10);
        }
        MicroBatch batch = distinct(10);
        start(world, batch, 0);
        Negatives first = world.sample(0);
        int inBatch = 0;
        for (int k = 0; k < first.size(); k++) {
            inBatch += first.sampler(k).equals("in-batch") ? 1 : 0;
        }
        int uniform = first.size() - inBatch;
        assertThat(inBatch).isEqualTo(9);
        double p = 0.1 / 0.9;
        double expected = (inBatch * p + uniform / 99.0) / (inBatch + uniform);
        assertThat(world.sampler.probability(world.draw, 5)).isCloseTo(expected, within(0.001));
        List<Integer> shared = slots(first).subList(inBatch, first.size());
        start(world, batch, 1);
        List<Integer> second = slots(world.sample(0));
        List<Integer> sharedBySecond = second.subList(9, second.size());
        assertThat(sharedBySecond.stream().filter(slot -> slot != 0).toList())
                .isEqualTo(shared.stream().filter(slot -> slot != 1).toList());
    }

    @Test
    void asManyUniformItemsAsThereAreIsEveryItemOnce() {
        World world = World.empty("mns", ReferenceParameters.with("mns.uniform", 1000), 20, 1);
        start(world, distinct(2), 0);
        assertThat(slots(world.sample(0))).hasSize(1 + 19);
    }

    @Test
    void withoutUniformItemsMixedNegativesAreThoseOfTheBatchAndTheirQ() {
        World mixed = World.empty("mns", ReferenceParameters.with("mns.uniform", 0), 20, 1);
        World batched = World.empty("in-batch", ReferenceParameters.with(), 20, 1);
        for (int k = 0; k < 300; k++) {
            mixed.click(k % World.USERS, k % 7);
            batched.click(k % World.USERS, k % 7);
        }
        for (int row = 0; row < 12; row++) {
            start(mixed, distinct(12), row);
            start(batched, distinct(12), row);
            Negatives one = mixed.sample(0);
            Negatives other = batched.sample(0);
            assertThat(slots(one)).isEqualTo(slots(other)).hasSize(11);
            for (int k = 0; k < one.size(); k++) {
                assertThat(one.q(k)).isCloseTo(other.q(k), within(1e-15));
            }
        }
    }

    /** Which row stands where in a batch changes no row's columns, and so no gradient. */
    @Test
    void theOrderOfABatchChangesNoRowsNegatives() {
        World world = World.empty("in-batch", ReferenceParameters.with(), 20, 1);
        MicroBatch batch = distinct(12);
        var reversed = new MicroBatch(12, 500);
        for (int row = 11; row >= 0; row--) {
            reversed.add(batch.user(row), batch.item(row), row, 0);
        }
        for (int row = 0; row < 12; row++) {
            start(world, batch, row);
            List<Integer> columns = slots(world.sample(0));
            start(world, reversed, 11 - row);
            assertThat(slots(world.sample(0))).containsExactlyInAnyOrderElementsOf(columns);
        }
    }

    /**
     * Of 100 items a fifth is ever clicked. Batches hold none of the others, so the softmax over a batch pushes none of
     * them down; with uniform items beside, each gets what the softmax over all would give it.
     */
    @Test
    void uniformItemsBesideABatchTakeTheBiasOfItsSoftmaxAway() {
        assertThat(softmaxBias("mns")).isLessThan(softmaxBias("in-batch") / 20);
    }

    /** ‖E P̂ - P‖ over the negatives of row 0, with the positive exact and columns weighed by 1 / (M q). */
    private static double softmaxBias(String sampler) {
        World world = World.empty(sampler, ReferenceParameters.with("mns.uniform", 32), 100, 1);
        for (int slot = 0; slot < 100; slot++) {
            java.util.Arrays.fill(world.model.items[slot], 0f);
            world.model.biases[slot] = slot * 37 % 100 / 100f;
        }
        for (int k = 0; k < 2000; k++) {
            world.click(k % World.USERS, k % 20);
        }
        int runs = 4000;
        double[] mean = new double[100];
        double[] scores = new double[100];
        var random = new CounterRandom().reset(3, 1, 1);
        var batch = new MicroBatch(33, 500);
        for (int run = 0; run < runs; run++) {
            batch.clear();
            batch.add(1, 0, 0, 0);
            for (int row = 1; row < 33; row++) {
                batch.add(row + 1, 1 + random.nextInt(19), row, 0);
            }
            world.draw.start(1, run, 1, 0, world.nowMs, new RecentItems(1), new RecentItems(1));
            world.draw.batch(batch, 0);
            Negatives negatives = world.sample(0);
            double sum = Math.exp(world.model.score(0));
            for (int k = 0; k < negatives.size(); k++) {
                int slot = negatives.slot(k);
                scores[slot] = world.model.score(slot);
                sum += Math.exp(scores[slot]) / negatives.size() / negatives.q(k);
            }
            for (int k = 0; k < negatives.size(); k++) {
                mean[negatives.slot(k)] +=
                        Math.exp(scores[negatives.slot(k)]) / negatives.size() / negatives.q(k) / sum / runs;
            }
        }
        double whole = 0;
        for (int slot = 0; slot < 100; slot++) {
            whole += Math.exp(world.model.score(slot));
        }
        double squares = 0;
        for (int slot = 1; slot < 100; slot++) {
            double p = Math.exp(world.model.score(slot)) / whole;
            squares += (mean[slot] - p) * (mean[slot] - p);
        }
        return Math.sqrt(squares);
    }

    @Test
    void aBatchIsDueWhenItIsFullOrItsFirstHasWaitedLongEnough() {
        var batch = new MicroBatch(2, 500);
        assertThat(batch.isDue(1_000_000)).isFalse();
        batch.add(1, 1, 1, 1000);
        assertThat(batch.isDue(1499)).isFalse();
        assertThat(batch.isDue(1500)).isTrue();
        batch.add(1, 1, 1, 1001);
        assertThat(batch.isDue(1001)).isTrue();
        batch.clear();
        assertThat(batch.isDue(9999)).isFalse();
        assertThat(batch.number()).isEqualTo(1);
    }

    @Test
    void withoutABatchThereIsNothingToDraw() {
        World world = World.empty("in-batch", ReferenceParameters.with(), 10, 1);
        world.draw.start(1, 1, 1, 0, world.nowMs, world.clicked[0], world.unclicked[0]);
        assertThat(world.sample(10).size()).isZero();
        assertThat(world.sampler.needsBatch()).isTrue();
    }

    private static MicroBatch distinct(int size) {
        var batch = new MicroBatch(size, 500);
        for (int row = 0; row < size; row++) {
            batch.add(row + 1, row, row, 0);
        }
        return batch;
    }

    private static void start(World world, MicroBatch batch, int row) {
        world.draw.start(1, row, batch.user(row), batch.item(row), world.nowMs, world.clicked[0], world.unclicked[0]);
        world.draw.batch(batch, row);
    }

    private static List<Integer> slots(Negatives negatives) {
        List<Integer> slots = new ArrayList<>();
        for (int k = 0; k < negatives.size(); k++) {
            slots.add(negatives.slot(k));
        }
        return slots;
    }
}
