package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;

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

/** When trees are built, and which of them serves. */
class HierarchicalSoftmaxTest {

    private static final int WARM_UP = 40;
    private static final long AFTER_MS = 1000;
    private static final long EVERY_MS = 50_000;

    private final LearningConfig config = new LearningConfig(
                    8, "logistic", "adagrad-row", 0.1f, 0, 1, 10, 10, 5, 1, 0, 1, true, 0, 0, 7)
            .withTree(new TreeConfig(10, AFTER_MS, EVERY_MS, WARM_UP));
    private final Catalog catalog = new Catalog();
    private final ItemCounts counts = new ItemCounts(new HalfLife(86_400_000));
    private final Optimizer optimizer = Optimizers.make(config);
    private final ItemRows items = new ItemRows(config, optimizer, catalog, null);
    private final HierarchicalSoftmax tree =
            new HierarchicalSoftmax(config, catalog, new RowSteps(config, optimizer, items), optimizer);
    private final float[] v = {1, -1, 0.5f, 0, 0, 0, 0, 0.2f, 0, 0, 0, 0, 0, 0, 0, 0};
    private final float[] gradient = new float[16];

    HierarchicalSoftmaxTest() {
        tree.start(counts);
    }

    private int add(int item) {
        return catalog.add(EntityId.of("i" + item));
    }

    private void click(int item, long atMs) {
        int slot = add(item);
        tree.advanced(atMs);
        tree.learn(slot, v, 0, 1, gradient);
        counts.clicked(slot, atMs);
        tree.clicked(1, slot, -1, atMs);
    }

    private float logProbability(int item) {
        float[] out = new float[catalog.slots()];
        tree.logProbabilities(v, out);
        return out[add(item)];
    }

    @Test
    void itIsBuiltWhenThereAreEnoughItems() {
        for (int k = 0; k < 9; k++) {
            click(k, 100);
            assertThat(tree.isRebuilding()).isFalse();
        }
        click(9, 100);
        assertThat(tree.isRebuilding()).isTrue();
    }

    @Test
    void itIsBuiltAfterAWhileThoughThereAreFewItems() {
        click(1, 100);
        click(2, 100 + AFTER_MS - 1);
        assertThat(tree.isRebuilding()).isFalse();
        click(2, 100 + AFTER_MS);
        assertThat(tree.isRebuilding()).isTrue();
    }

    /** The old tree ranks until the new one has seen its clicks; then there is one again, until the period is over. */
    @Test
    void aNewTreeServesAfterItsWarmUp() {
        for (int k = 0; k < 30; k++) {
            click(k % 3, 100);
        }
        float learned = logProbability(0);
        tree.advanced(100 + AFTER_MS);
        assertThat(logProbability(0)).isEqualTo(learned);
        for (int k = 0; k < WARM_UP - 1; k++) {
            click(0, 100 + AFTER_MS);
            assertThat(tree.isRebuilding()).isTrue();
        }
        float before = logProbability(1);
        click(0, 100 + AFTER_MS);
        assertThat(tree.isRebuilding()).isFalse();
        assertThat(logProbability(1)).isNotEqualTo(before);
        assertThat(logProbability(0)).isGreaterThan(-0.5f);
        tree.advanced(100 + AFTER_MS + EVERY_MS - 1);
        assertThat(tree.isRebuilding()).isFalse();
        tree.advanced(100 + AFTER_MS + EVERY_MS);
        assertThat(tree.isRebuilding()).isTrue();
    }

    @Test
    void pathsThatHaveBecomeTooLongAreBuiltAnew() {
        for (int k = 0; k < 64; k++) {
            click(k, 100);
        }
        tree.advanced(101);
        for (int k = 0; k < WARM_UP; k++) {
            click(k, 102);
        }
        assertThat(tree.isRebuilding()).isFalse();
        int clicks = 0;
        while (!tree.isRebuilding() && clicks < 5000) {
            click(63, 103);
            clicks++;
        }
        assertThat(clicks).isBetween(800, 3000);
    }

    /** Of both trees, with what they are in the middle of. */
    @Test
    void whatIsWrittenIsReadAndWrittenAgain() throws IOException {
        for (int k = 0; k < 30; k++) {
            click(k, 100 + k);
        }
        assertThat(tree.isRebuilding()).isTrue();
        byte[] written = bytes(tree);
        HierarchicalSoftmax read =
                new HierarchicalSoftmax(config, catalog, new RowSteps(config, optimizer, items), optimizer);
        read.start(counts);
        assertThat(bytes(read)).isNotEqualTo(written);
        read.readFrom(new DataInputStream(new ByteArrayInputStream(written)));
        assertThat(bytes(read)).isEqualTo(written);
        assertThat(read.stateBytes()).isPositive();
    }

    private static byte[] bytes(HierarchicalSoftmax tree) throws IOException {
        var bytes = new ByteArrayOutputStream();
        tree.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
