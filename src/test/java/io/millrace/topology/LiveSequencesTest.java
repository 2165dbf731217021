package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.codec.LedgerExample;
import io.millrace.event.Event;
import io.millrace.store.ItemRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A learner of another objective that was killed goes on as if it had not been: its windows are in the rows of the users, clicks
 * that wait and its tree in a store.
 */
class LiveSequencesTest {

    private static final int EVENTS = 500;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"sgns", "cbow", BacktestParityTest.BOTH_SIDES, "hierarchical-softmax"})
    void everyObjectiveSurvivesAKill(String objective) throws IOException {
        Settings settings =
                TestSettings.settings(TestSettings.pipeline(BacktestParityTest.learning(objective)), 1, 1000);
        List<Event> history = BacktestParityTest.disturbed(3, EVENTS);
        DrivenTopology killed = new DrivenTopology(settings, directory.resolve("killed"));
        history.subList(0, EVENTS / 2).forEach(killed::send);
        List<LedgerExample> parts = new ArrayList<>(killed.examples());
        try (DrivenTopology whole = new DrivenTopology(settings, directory.resolve("whole"));
                DrivenTopology again = killed.killedAndStartedAgain(directory.resolve("again"))) {
            history.forEach(whole::send);
            history.subList(EVENTS / 2, EVENTS).forEach(again::send);
            parts.addAll(again.examples());
            assertThat(parts).isEqualTo(whole.examples());
            assertSameRows(again.instance.table(), whole.instance.table(), history);
        }
    }

    private static void assertSameRows(ItemTable killed, ItemTable whole, List<Event> history) {
        Set<Long> items = new TreeSet<>();
        history.forEach(event -> items.add(event.item().hash()));
        ItemRow here = new ItemRow(whole.vectorStride(), whole.scalarStride());
        ItemRow there = new ItemRow(whole.vectorStride(), whole.scalarStride());
        int moved = 0;
        for (long item : items) {
            assertThat(killed.find(item, here)).isEqualTo(whole.find(item, there));
            assertThat(here.changes).isEqualTo(there.changes);
            assertThat(here.digest).isEqualTo(there.digest);
            for (int f = 0; here.hasFloats && f < here.vectors.length; f++) {
                assertThat(here.vectors[f]).isCloseTo(there.vectors[f], within(1e-5f));
            }
            moved += here.changes > here.updates ? 1 : 0;
        }
        assertThat(moved).as("items that were given").isGreaterThan(10);
    }
}
