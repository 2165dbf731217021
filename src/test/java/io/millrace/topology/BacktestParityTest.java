package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.backtest.PartitionRun;
import io.millrace.backtest.RunConfig;
import io.millrace.codec.ExampleKind;
import io.millrace.codec.ExampleReader;
import io.millrace.codec.LedgerExample;
import io.millrace.event.Event;
import io.millrace.learning.ItemRows;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.LossConfig;
import io.millrace.learning.Losses;
import io.millrace.learning.NewcomerConfig;
import io.millrace.learning.OptimizerConfig;
import io.millrace.learning.Optimizers;
import io.millrace.learning.SequenceConfig;
import io.millrace.learning.TreeConfig;
import io.millrace.pipeline.ClickCalibration;
import io.millrace.pipeline.PipelineConfig;
import io.millrace.ranking.BlendConfig;
import io.millrace.ranking.CoOccurrenceConfig;
import io.millrace.ranking.ServedConfig;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.PositiveFilter;
import io.millrace.source.SyntheticConfig;
import io.millrace.source.SyntheticStream;
import io.millrace.store.ItemRow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A backtest learns what the live topology learns, example by example and draw by draw. */
class BacktestParityTest {

    static final String BOTH_SIDES = "cbow of both sides";

    @TempDir
    Path directory;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void aBacktestAndTheLiveTopologyLearnTheSameFromTheSameEvents(long seed) {
        assertLearnsTheSame(TestSettings.settings(1, 1000), disturbed(seed, 300), 100);
    }

    static List<String> losses() {
        return Losses.names();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void everyLossLearnsLiveWhatItLearnsInABacktest(String loss) {
        LearningConfig learning = TestSettings.learning().withLoss(loss, LossConfig.DEFAULT);
        assertLearnsTheSame(TestSettings.settings(TestSettings.pipeline(learning), 1, 1000), disturbed(4, 160), 40);
    }

    /** Noise that may be the positive itself is drawn and learned alike. */
    @Test
    void strictNoiseContrastiveEstimationLearnsLiveWhatItLearnsInABacktest() {
        LearningConfig learning = TestSettings.learning().withLoss("nce", new LossConfig(1, "score", true));
        Settings settings = TestSettings.settings(TestSettings.pipeline(learning), 1, 1000);
        List<LedgerExample> examples = assertLearnsTheSame(settings, disturbed(4, 300), 40);
        assertThat(examples)
                .anyMatch(example -> example.negatives().stream()
                        .anyMatch(negative -> negative.item().equals(example.item())));
    }

    static List<String> optimizers() {
        return Optimizers.names();
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void everyOptimizerLearnsLiveWhatItLearnsInABacktest(String optimizer) {
        LearningConfig learning = TestSettings.learning()
                .withOptimizer(optimizer, 0.05f, new OptimizerConfig(0.01f, 0.5f, 100, 1, 0.01f, 0.01f, 0.9f, 0.99f));
        assertLearnsTheSame(TestSettings.settings(TestSettings.pipeline(learning), 1, 1000), disturbed(5, 160), 40);
    }

    static List<String> objectives() {
        return Stream.concat(SequenceConfig.OBJECTIVES.stream(), Stream.of(BOTH_SIDES))
                .toList();
    }

    /** Windows, inputs and outputs are the same, and so is what of them is published. */
    @ParameterizedTest
    @MethodSource("objectives")
    void everyObjectiveLearnsLiveWhatItLearnsInABacktest(String objective) {
        List<LedgerExample> examples = assertLearnsTheSame(
                TestSettings.settings(TestSettings.pipeline(learning(objective)), 1, 1000), disturbed(7, 600), 200);
        assertThat(examples).anyMatch(example -> example.kind() == ExampleKind.POSITIVE && example.weight() > 0);
    }

    /** Which clicks are in no window is the same too. */
    @Test
    void sequencesOfThinnedClicksAreLiveWhatTheyAreInABacktest() {
        PipelineConfig pipeline = TestSettings.pipeline(learning("sgns"))
                .with(new PositiveFilter.Config("c", 0.001f, 0.5f, "none"), ClickCalibration.Config.OFF);
        List<LedgerExample> examples =
                assertLearnsTheSame(TestSettings.settings(pipeline, 1, 1000), disturbed(8, 300), 100);
        assertThat(examples).anyMatch(example -> example.kind() == ExampleKind.POSITIVE && example.weight() == 0);
    }

    static LearningConfig learning(String objective) {
        if (objective.equals("hierarchical-softmax")) {
            return TestSettings.learning().withTree(new TreeConfig(20, 600_000, 86_400_000, 10));
        }
        SequenceConfig sequences = objective.equals(BOTH_SIDES)
                ? new SequenceConfig("cbow", 3, "random", 120_000, "exact", "both")
                : new SequenceConfig(objective, 5, "random", 1_800_000, "exact");
        return TestSettings.learning().withLoss("logistic", LossConfig.DEFAULT).withSequences(sequences);
    }

    static List<NewcomerConfig> newcomers() {
        return List.of(new NewcomerConfig(3, "zero"), new NewcomerConfig(0, "median"), new NewcomerConfig(3, "median"));
    }

    /** What dns draws follows from the vectors and biases that users and items start with. */
    @ParameterizedTest
    @MethodSource("newcomers")
    void newcomersStartLiveAsTheyDoInABacktest(NewcomerConfig newcomers) {
        LearningConfig plain = TestSettings.learning().withLoss("bpr", LossConfig.DEFAULT);
        Map<String, String> sampling = Map.of("sampling.dns.warm-up", "0", "sampling.grace.weight", "0.3");
        Settings settings = TestSettings.drawing("dns", plain.withNewcomers(newcomers), sampling);
        List<LedgerExample> examples = assertLearnsTheSame(settings, disturbed(9, 400), 100);
        assertThat(examples)
                .anyMatch(example -> example.negatives().stream().anyMatch(n -> n.weight() == 0.3f))
                .anyMatch(example -> example.negatives().stream().anyMatch(n -> n.weight() == 1));
    }

    /** With thinned positives, and click probabilities from the same two numbers. */
    @Test
    void thinnedPositivesAndClickProbabilitiesAreLiveWhatTheyAreInABacktest() {
        PipelineConfig pipeline = TestSettings.pipeline()
                .with(
                        new PositiveFilter.Config("c", 0.001f, 0.5f, "inverse"),
                        new ClickCalibration.Config(true, 0.1f, 1000, 1, 0.5f));
        Settings settings = TestSettings.settings(pipeline, 1, 1000);
        List<Event> history = disturbed(6, 300);
        List<LedgerExample> examples = assertLearnsTheSame(settings, history, 40);
        assertThat(examples).anyMatch(example -> example.kind() == ExampleKind.POSITIVE && example.weight() == 0);

        PartitionRun replayed = new PartitionRun(config(settings));
        history.forEach(replayed::accept);
        Map<String, Double> expected =
                Objects.requireNonNull(replayed.pipeline().calibration()).metrics();
        try (DrivenTopology live = new DrivenTopology(settings, directory)) {
            history.forEach(live::send);
            Map<String, Double> clicks =
                    live.instance.learners().get(0).metrics().getOrDefault("clicks", Map.of());
            assertThat(clicks).hasSameSizeAs(expected);
            expected.forEach(
                    (name, value) -> assertThat(clicks.get(name)).as(name).isCloseTo(value, within(1e-3)));
        }
    }

    private List<LedgerExample> assertLearnsTheSame(Settings settings, List<Event> history, int atLeast) {
        ByteArrayOutputStream ledger = new ByteArrayOutputStream();
        PartitionRun replayed = new PartitionRun(config(settings), ledger);
        history.forEach(replayed::accept);
        try (DrivenTopology live = new DrivenTopology(settings, directory)) {
            history.forEach(live::send);
            List<LedgerExample> examples = live.examples();
            assertThat(read(ledger)).isEqualTo(examples).hasSizeGreaterThan(atLeast);
            assertThat(live.instance.learners().get(0).balance().view())
                    .isEqualTo(replayed.pipeline().balance().view());
            assertRowsAgree(live, replayed);
            return examples;
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
                for (int f = 0; f < rows.scalarFloats(); f++) {
                    float here = rows.floats()[rows.bias(row) + f];
                    assertThat(published.scalars[f]).isCloseTo(here, within(1e-5f * Math.max(1, Math.abs(here))));
                }
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(30);
    }

    static List<LedgerExample> read(ByteArrayOutputStream ledger) {
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

    static RunConfig config(Settings settings) {
        return config(settings, 1);
    }

    static RunConfig config(Settings settings, double share) {
        return new RunConfig(
                "test",
                settings.pipeline(),
                settings.halfLife(),
                settings.sampler(),
                settings.samplerParameters(),
                settings.maxTries(),
                settings.historyClicked(),
                settings.historyExposed(),
                new ServedConfig("blend", BlendConfig.DEFAULT, CoOccurrenceConfig.DEFAULT),
                new RunConfig.Measure(share, 0, false, List.of(10, 20), 1000),
                "test",
                Map.of());
    }
}
