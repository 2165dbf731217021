package io.millrace.pipeline;

import static io.millrace.pipeline.TestPipeline.clicked;
import static io.millrace.pipeline.TestPipeline.config;
import static io.millrace.pipeline.TestPipeline.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import io.millrace.testing.ChiSquare;
import io.millrace.topology.TestSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One set of negatives serves all positives of a micro-batch. */
class SharedNegativesTest {

    private static final int SIZE = 4;

    private static TestPipeline run(int negatives) {
        return new TestPipeline(
                config(TestSettings.learning(), negatives),
                "popularity",
                Map.of("popularity.share-across-batch", "true", "in-batch.size", Integer.toString(SIZE)));
    }

    @Test
    void allRowsOfABatchHaveTheSameNegativesAndTheNextBatchHasOthers() {
        TestPipeline run = run(8);
        Set<List<Integer>> sets = new HashSet<>();
        history(run, 400, 30);
        for (int from = 40; from < 400; from += SIZE) {
            List<TestPipeline.Learned> batch = run.ledger.subList(from, from + SIZE);
            assertThat(batch)
                    .extracting(TestPipeline.Learned::negatives)
                    .containsOnly(batch.get(0).negatives());
            sets.add(batch.get(0).negatives());
        }
        assertThat(sets).hasSizeGreaterThan(80);
    }

    /** What one row's user clicked, or was shown and may click, is a negative of no row. */
    @Test
    void whatMayNotBeDrawnForOneRowIsDrawnForNone() {
        TestPipeline run = run(50);
        history(run, 40, 30);
        run.accept(shown("open", "u1", "i7", 2_000_000));
        for (int k = 0; k < SIZE; k++) {
            run.accept(clicked("z" + k, "", "u" + k, "i" + (20 + k), "click", 2_000_001 + k));
        }
        List<TestPipeline.Learned> batch = run.ledger.subList(40, 44);
        Set<Integer> forbidden = new HashSet<>();
        forbidden.add(slot(run, "i7"));
        batch.forEach(row -> forbidden.add(slot(run, row.item())));
        assertThat(batch.get(0).negatives()).hasSize(50).doesNotContainAnyElementsOf(forbidden);
        assertThat(batch)
                .extracting(TestPipeline.Learned::negatives)
                .containsOnly(batch.get(0).negatives());
    }

    /** The law is that of popularity all the same: over many batches popular items are drawn as often as their share. */
    @Test
    void popularItemsAreDrawnMoreOften() {
        TestPipeline run = run(20);
        history(run, 2000, 2000);
        long[] drawn = new long[2];
        for (int from = 1000; from < 2000; from += SIZE) {
            for (int slot : run.ledger.get(from).negatives()) {
                drawn[slot < 20 ? 0 : 1]++;
            }
        }
        assertThat(ChiSquare.pValue(drawn, new double[] {0.5, 0.5})).isLessThan(1e-6);
        assertThat(drawn[0]).isGreaterThan(drawn[1]);
    }

    /** So many users click items i0 to i39, the first ones most. */
    private static void history(TestPipeline run, int clicks, int users) {
        for (int k = 0; k < clicks; k++) {
            int item = k < 40 ? k : (k * k + k / 3) % (k % 3 == 0 ? 40 : 12);
            run.accept(clicked("c" + k, "", "u" + k % users, "i" + item, "click", 1_000_000 + k));
        }
    }

    private static int slot(TestPipeline run, String item) {
        return run.catalog.slotOf(EntityId.of(item).hash());
    }
}
