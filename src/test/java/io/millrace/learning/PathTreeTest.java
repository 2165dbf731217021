package io.millrace.learning;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PathTreeTest {

    private static final int D = 8;
    private static final float STEP = 0x1p-4f;

    /** A tree that follows a catalog, and a v to ask it about. */
    private static final class Grown implements Catalog.Listener {

        final Catalog catalog = new Catalog();
        final ItemCounts counts = new ItemCounts(new HalfLife(86_400_000));
        final LearningConfig config;
        final PathTree tree;
        final float[] v = new float[Arithmetic.padded(D)];
        final float[] gradient = new float[v.length];

        Grown(String optimizer) {
            config = new LearningConfig(D, "logistic", optimizer, STEP, 0, 1, 1000, 10, 100, 1, 0, 1, true, 0, 0, 7)
                    .withTree(TreeConfig.DEFAULT);
            tree = made();
            catalog.listen(this);
            for (int f = 0; f < D; f++) {
                v[f] = 0.3f * f - 1;
            }
        }

        PathTree made() {
            Optimizer optimizer = Optimizers.make(config);
            ItemRows rows = new ItemRows(config, optimizer, catalog, null);
            return new PathTree(
                    config,
                    catalog,
                    counts.decayedClicks(),
                    new RowSteps(config, optimizer, rows),
                    optimizer.stateFloats(v.length));
        }

        @Override
        public void added(int slot) {
            tree.insert(slot);
        }

        @Override
        public void retired(int slot) {
            tree.remove(slot);
        }

        int add(int item) {
            return catalog.add(EntityId.of("i" + item));
        }

        void click(int slot) {
            counts.clicked(slot, 1_000_000);
            tree.counted(slot);
        }

        boolean learn(int slot) {
            return tree.learn(slot, v, 0, 1, gradient);
        }

        double[] probabilities() {
            double[] probabilities = new double[catalog.slots()];
            for (int slot = 0; slot < probabilities.length; slot++) {
                if (catalog.isActive(slot)) {
                    probabilities[slot] = Math.exp(tree.logProbability(v, 0, slot));
                }
            }
            return probabilities;
        }

        double sum() {
            double sum = 0;
            for (double probability : probabilities()) {
                sum += probability;
            }
            return sum;
        }

        byte[] bytes() throws IOException {
            return bytes(tree);
        }

        static byte[] bytes(PathTree tree) throws IOException {
            var bytes = new ByteArrayOutputStream();
            tree.writeTo(new DataOutputStream(bytes));
            return bytes.toByteArray();
        }

        PathTree read(byte[] bytes) throws IOException {
            PathTree read = made();
            read.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
            return read;
        }
    }

    /** A random life: items come, are clicked and learned, and leave; now and then the tree is built anew. */
    private static Grown lived(CounterRandom random, int events) {
        Grown grown = new Grown("adagrad-row");
        for (int k = 0; k < events; k++) {
            int item = (int) Math.pow(300, random.nextDouble());
            int kind = random.nextInt(10);
            int slot = grown.catalog.slotOf(EntityId.of("i" + item).hash());
            if (kind < 2 && slot >= 0) {
                grown.catalog.retire(EntityId.of("i" + item).hash());
                grown.counts.clear(slot);
            } else if (kind == 9 && k % 97 == 0) {
                grown.tree.build();
            } else {
                int clicked = grown.add(item);
                grown.click(clicked);
                grown.learn(clicked);
            }
        }
        return grown;
    }

    @Test
    void probabilitiesOfAllItemsSumToOneThroughAThousandChanges() {
        forSeeds(10, random -> {
            Grown grown = lived(random, 1000);
            assertThat(grown.catalog.size()).isGreaterThan(50);
            assertThat(grown.tree.size()).isEqualTo(grown.catalog.size());
            assertThat(grown.sum()).isCloseTo(1, within(1e-9));
        });
    }

    /** Reading a label from the wrong side at one node is enough for the sum to be off, so the test above can fail. */
    @Test
    void pathsThatMixUpTheirSidesDoNotSumToOne() {
        Grown grown = lived(new CounterRandom().reset(1, 0, 0), 1000);
        float[] other = grown.v.clone();
        other[0] += 1;
        double sum = 0;
        for (int slot = 0; slot < grown.catalog.slots(); slot++) {
            if (grown.catalog.isActive(slot)) {
                sum += Math.exp(grown.tree.logProbability(slot % 2 == 0 ? grown.v : other, 0, slot));
            }
        }
        assertThat(sum).isNotCloseTo(1, within(1e-3));
    }

    @Test
    void bothWaysOfAskingAgree() {
        Grown grown = lived(new CounterRandom().reset(2, 0, 0), 800);
        float[] all = new float[grown.catalog.slots()];
        grown.tree.logProbabilities(grown.v, all);
        for (int slot = 0; slot < all.length; slot++) {
            if (grown.catalog.isActive(slot)) {
                assertThat((double) all[slot]).isCloseTo(grown.tree.logProbability(grown.v, 0, slot), within(1e-5));
            }
        }
    }

    @Test
    void aNewItemTakesHalfOfOneLeafAndNothingOfOthersToTheBit() {
        Grown grown = lived(new CounterRandom().reset(3, 0, 0), 600);
        for (int k = 0; k < 50; k++) {
            double[] before = logs(grown, grown.catalog.slots());
            int slot = grown.add(1000 + k);
            double[] after = logs(grown, before.length);
            int changed = 0;
            for (int other = 0; other < before.length; other++) {
                if (other != slot && before[other] != after[other]) {
                    changed++;
                    assertThat(after[other]).isCloseTo(before[other] - Math.log(2), within(1e-12));
                    assertThat(grown.tree.logProbability(grown.v, 0, slot)).isEqualTo(after[other]);
                }
            }
            assertThat(changed).isEqualTo(1);
            grown.click(slot);
            grown.learn(slot);
        }
    }

    /** All items below the sibling gain by the same factor, and no other changes. */
    @Test
    void anItemThatLeavesGivesItsShareToItsSiblingAlone() {
        Grown grown = lived(new CounterRandom().reset(4, 0, 0), 600);
        int size = grown.catalog.size();
        for (int item = 1; item < 30; item++) {
            int gone = grown.catalog.slotOf(EntityId.of("i" + item).hash());
            double[] before = logs(grown, grown.catalog.slots());
            if (gone < 0) {
                continue;
            }
            grown.catalog.retire(EntityId.of("i" + item).hash());
            double[] after = logs(grown, before.length);
            double gain = 0;
            for (int other = 0; other < before.length; other++) {
                double gained = after[other] - before[other];
                if (other != gone && Math.abs(gained) > 0) {
                    gain = gain == 0 ? gained : gain;
                    assertThat(gained).isCloseTo(gain, within(1e-9)).isPositive();
                }
            }
            assertThat(gain).isPositive();
            assertThat(grown.sum()).isCloseTo(1, within(1e-9));
        }
        assertThat(grown.catalog.size()).isLessThan(size - 10);
    }

    @Test
    void theTreeOfTwoItemsGivesWhatOneLeavesToTheOther() {
        Grown grown = new Grown("sgd");
        int first = grown.add(1);
        assertThat(grown.tree.logProbability(grown.v, 0, first)).isZero();
        assertThat(grown.learn(first)).isTrue();
        int second = grown.add(2);
        for (int k = 0; k < 50; k++) {
            grown.learn(second);
        }
        assertThat(grown.probabilities()[second]).isGreaterThan(0.8);
        grown.catalog.retire(EntityId.of("i2").hash());
        assertThat(grown.tree.logProbability(grown.v, 0, first)).isZero();
        grown.catalog.retire(EntityId.of("i1").hash());
        assertThat(grown.tree.size()).isZero();
        assertThat(grown.tree.logProbability(grown.v, 0, grown.add(3))).isZero();
    }

    @Test
    void builtPathsAreAtMostABitLongerThanTheEntropy() {
        forSeeds(20, random -> {
            Grown grown = new Grown("sgd");
            for (int k = 0; k < 3000; k++) {
                grown.click(grown.add((int) Math.pow(400, random.nextDouble())));
            }
            grown.tree.build();
            assertThat(grown.tree.meanDepth()).isBetween(grown.tree.entropy(), grown.tree.entropy() + 1);
            assertThat(grown.sum()).isCloseTo(1, within(1e-9));
        });
    }

    /** The same clicks on a tree that only grew: its paths are longer, so the test above can fail. */
    @Test
    void pathsThatOnlyGrewAreLonger() {
        Grown grown = new Grown("sgd");
        for (int k = 0; k < 200; k++) {
            grown.add(k);
        }
        for (int k = 0; k < 1000; k++) {
            grown.click(199);
        }
        assertThat(grown.tree.meanDepth()).isGreaterThan(grown.tree.entropy() + 1);
    }

    @Test
    void itemsThatComeWithoutClicksMakeNoChain() {
        Grown grown = new Grown("sgd");
        int deepest = 0;
        for (int k = 0; k < 1024; k++) {
            grown.add(k);
        }
        for (int slot = 0; slot < 1024; slot++) {
            deepest = Math.max(deepest, grown.tree.depth(slot));
        }
        assertThat(deepest).isEqualTo(10);
    }

    /** Against central differences of -ln P. */
    @Test
    void whatIsHandedToVIsTheDerivativeOfTheLoss() throws IOException {
        Grown grown = new Grown("sgd");
        CounterRandom random = new CounterRandom().reset(6, 0, 0);
        for (int k = 0; k < 400; k++) {
            int slot = grown.add(random.nextInt(20));
            grown.click(slot);
            grown.learn(slot);
        }
        int slot = grown.add(7);
        PathTree before = grown.read(grown.bytes());
        grown.learn(slot);
        double moved = 0;
        for (int f = 0; f < D; f++) {
            float[] shifted = grown.v.clone();
            shifted[f] += 0x1p-9f;
            double above = -before.logProbability(shifted, 0, slot);
            shifted[f] -= 0x1p-8f;
            double slope = (above + before.logProbability(shifted, 0, slot)) / 0x1p-8;
            assertThat((double) grown.gradient[f]).isCloseTo(slope, within(2e-4));
            moved += Math.abs(slope);
        }
        assertThat(moved).isGreaterThan(0.1);
    }

    /** One node between two items: w = a v, and each step on the right one takes η σ(w · v) v from it. */
    @Test
    void aNodeMovesAlongVByTheDerivativeOfItsScore() {
        Grown grown = new Grown("sgd");
        grown.add(1);
        int second = grown.add(2);
        double squares = 0;
        for (float x : grown.v) {
            squares += x * x;
        }
        double a = 0;
        for (int k = 0; k < 20; k++) {
            a -= STEP / (1 + Math.exp(-a * squares));
            grown.learn(second);
            assertThat(grown.tree.logProbability(grown.v, 0, second))
                    .isCloseTo(-Math.log1p(Math.exp(a * squares)), within(1e-5));
        }
        assertThat(a).isLessThan(-0.1);
    }

    @Test
    void aTreeThatIsWrittenAndReadIsTheSame() throws IOException {
        Grown grown = lived(new CounterRandom().reset(7, 0, 0), 900);
        byte[] written = grown.bytes();
        PathTree read = grown.read(written);
        assertThat(Grown.bytes(read)).isEqualTo(written);
        assertThat(read.size()).isEqualTo(grown.tree.size());
        int slot = grown.catalog.slotOf(EntityId.of("i3").hash());
        for (int k = 0; k < 20; k++) {
            grown.learn(slot);
            read.learn(slot, grown.v, 0, 1, grown.gradient);
        }
        int added = grown.add(5000);
        read.insert(added);
        assertThat(Grown.bytes(read)).isEqualTo(grown.bytes());
    }

    @Test
    void whatHasComeAndGoneSinceItWasWrittenIsPutInAndTakenOut() throws IOException {
        Grown grown = lived(new CounterRandom().reset(8, 0, 0), 900);
        byte[] written = grown.bytes();
        for (int item = 1; item < 40; item++) {
            grown.catalog.retire(EntityId.of("i" + item).hash());
        }
        for (int item = 900; item < 920; item++) {
            grown.add(item);
        }
        PathTree read = grown.read(written);
        assertThat(read.size()).isEqualTo(grown.catalog.size());
        double sum = 0;
        for (int slot = 0; slot < grown.catalog.slots(); slot++) {
            if (grown.catalog.isActive(slot)) {
                sum += Math.exp(read.logProbability(grown.v, 0, slot));
            }
        }
        assertThat(sum).isCloseTo(1, within(1e-9));
    }

    @Test
    void theLeastLeafIsTheOneAScanFinds() {
        forSeeds(50, random -> {
            double[] weights = new double[40];
            int[] depths = new int[40];
            java.util.Arrays.fill(depths, -1);
            LeastLeaf least = new LeastLeaf(new LeastLeaf.Leaves() {
                @Override
                public boolean has(int slot) {
                    return slot < depths.length && depths[slot] >= 0;
                }

                @Override
                public double weight(int slot) {
                    return weights[slot];
                }

                @Override
                public int depth(int slot) {
                    return depths[slot];
                }
            });
            for (int k = 0; k < 300; k++) {
                int slot = random.nextInt(40);
                weights[slot] = random.nextInt(3);
                depths[slot] = random.nextInt(4) - 1;
                least.changed(slot);
                assertThat(least.slot()).isEqualTo(scan(weights, depths));
            }
        });
    }

    private static int scan(double[] weights, int[] depths) {
        int best = -1;
        for (int slot = 0; slot < weights.length; slot++) {
            boolean isLess = depths[slot] >= 0
                    && (best < 0
                            || weights[slot] < weights[best]
                            || weights[slot] == weights[best] && depths[slot] < depths[best]);
            best = isLess ? slot : best;
        }
        return best;
    }

    private static double[] logs(Grown grown, int slots) {
        double[] logs = new double[slots];
        for (int slot = 0; slot < slots; slot++) {
            logs[slot] = grown.catalog.isActive(slot) ? grown.tree.logProbability(grown.v, 0, slot) : Double.NaN;
        }
        for (int slot = 0; slot < slots; slot++) {
            logs[slot] = Double.isNaN(logs[slot]) ? 0 : logs[slot];
        }
        return logs;
    }
}
