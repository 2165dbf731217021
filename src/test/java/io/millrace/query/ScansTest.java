package io.millrace.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.query.Scans.Hit;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScansTest {

    private final World.Items items = new World.Items();

    @Test
    void aScanThatFindsAllOthersBusyGivesUpInTime() {
        Scans scans = new Scans(items, 1);
        items.put("a", 1, 1, 1, 0, 0, 0);
        scans.top(
                out -> {
                    assertThatThrownBy(() -> scans.top(items::biasAll, Selection.ALL, 1, 5))
                            .isInstanceOf(Problem.class)
                            .hasMessageContaining("all scans are in use");
                    return items.biasAll(out);
                },
                Selection.ALL,
                1,
                5);
        assertThat(scans.top(items::biasAll, Selection.ALL, 1, 5)).containsExactly(new Hit("a", 1));
    }

    @Test
    void aSlotThatChangesItsItemDuringTheScanDoesNotLeakADeniedOne() {
        Scans scans = new Scans(items, 1);
        items.put("a", 1, 1, 1, 0, 0, 0);
        List<Hit> hits = scans.top(
                out -> {
                    items.rename("a", "b");
                    return items.biasAll(out);
                },
                new Selection(null, Set.of("b")),
                1,
                5);
        assertThat(hits).isEmpty();
    }

    @Test
    void itemsAddedDuringTheScanWaitForTheNext() {
        Scans scans = new Scans(items, 1);
        items.put("a", 1, 1, 1, 0, 0, 0);
        Scans.Fill growing = out -> {
            for (int i = 0; i < 1000; i++) {
                items.put("late-" + i, 2, 1, 1, 0, 0, 0);
            }
            return items.biasAll(out);
        };
        assertThat(scans.top(growing, Selection.ALL, 5, 5)).hasSize(5);
        assertThat(scans.top(items::biasAll, Selection.ALL, 2000, 5)).hasSize(1001);
    }
}
