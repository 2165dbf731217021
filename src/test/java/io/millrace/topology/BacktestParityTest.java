package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.backtest.PartitionRun;
import io.millrace.backtest.RunConfig;
import io.millrace.codec.ExampleReader;
import io.millrace.codec.LedgerExample;
import io.millrace.event.Event;
import io.millrace.learning.ItemRows;
import io.millrace.ranking.BlendConfig;
import io.millrace.ranking.CoOccurrenceConfig;
import io.millrace.sampling.Catalog;
import io.millrace.source.SyntheticConfig;
import io.millrace.source.SyntheticStream;
import io.millrace.store.ItemRow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backtest learns what the live topology learns, example by example and draw by draw. */
class BacktestParityTest {

    @TempDir
    Path directory;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void aBacktestAndTheLiveTopologyLearnTheSameFromTheSameEvents(long seed) {
        List<Event> history = disturbed(seed, 300);
        ByteArrayOutputStream ledger = new ByteArrayOutputStream();
        PartitionRun replayed = new PartitionRun(config(), ledger);
        history.forEach(replayed::accept);

        Settings settings = TestSettings.settings(1, 1000);
        try (DrivenTopology live = new DrivenTopology(settings, directory)) {
            history.forEach(live::send);
            List<LedgerExample> examples = live.examples();
            assertThat(read(ledger)).isEqualTo(examples).hasSizeGreaterThan(100);
            assertThat(live.instance.learners().get(0).balance().view())
                    .isEqualTo(replayed.pipeline().balance().view());
            assertRowsAgree(live, replayed);
        }
    }

    private static void assertRowsAgree(DrivenTopology live, PartitionRun replayed) {
        Catalog catalog = replayed.pipeline().catalog();
        ItemRows rows = replayed.pipeline().learner().items();
        ItemRow published = new ItemRow(
                live.instance.table().vectorStride(), live.instance.table().scalarStride());
        int compared = 0;
        for (int slot = 0; slot < catalog.slots(); slot++) {
            int row = rows.row(slot);
            if (rows.changes(row) > 0) {
                assertThat(live.instance.table().find(catalog.item(slot).hash(), published))
                        .isTrue();
                assertThat(published.updates).isEqualTo(rows.updates(row));
                assertThat(published.digest).isEqualTo(rows.digest(row));
                for (int f = 0; f < rows.vectorFloats(); f++) {
                    assertThat(published.vectors[f]).isCloseTo(rows.floats()[rows.target(row) + f], within(1e-5f));
                }
                assertThat(published.scalars[0]).isCloseTo(rows.floats()[rows.bias(row)], within(1e-5f));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(30);
    }

    private static List<LedgerExample> read(ByteArrayOutputStream ledger) {
        ExampleReader reader = new ExampleReader();
        return ledger.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> reader.read(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    /** A synthetic history in which events come twice, late, out of order, or not at all. */
    static List<Event> disturbed(long seed, int events) {
        SyntheticStream stream = new SyntheticStream(
                new SyntheticConfig(40, 150, 6, 5, 1, 1_700_000_000_000L, 0, 0, 20_000, 60_000, seed));
        Random random = new Random(seed);
        List<Event> history = new ArrayList<>();
        while (history.size() < events) {
            Event event = stream.next();
            double chance = random.nextDouble();
            if (chance < 0.03) {
                continue;
            }
            history.add(chance < 0.15 ? Math.max(0, history.size() - random.nextInt(20)) : history.size(), event);
            if (chance > 0.92) {
                history.add(event);
            }
        }
        return history;
    }

    static RunConfig config() {
        return config(TestSettings.settings(1, 1000));
    }

    static RunConfig config(Settings settings) {
        return new RunConfig(
                "test",
                settings.pipeline(),
                settings.halfLife(),
                settings.sampler(),
                settings.samplerParameters(),
                settings.maxTries(),
                settings.historyClicked(),
                settings.historyExposed(),
                "blend",
                BlendConfig.DEFAULT,
                CoOccurrenceConfig.DEFAULT,
                new RunConfig.Measure(1, 0, false, List.of(10, 20), 1000),
                "test",
                Map.of());
    }
}
