package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.backtest.PartitionRun;
import io.millrace.codec.ExampleReader;
import io.millrace.codec.LedgerExample;
import io.millrace.event.Event;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.LossConfig;
import io.millrace.learning.NewcomerConfig;
import io.millrace.sampling.Samplers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What samplers remember is in the state store: a learner that was killed goes on as if it had not been. */
class LiveSamplersTest {

    private static final Map<String, String> EARLY = Map.of(
            "sampling.dns.warm-up", "0",
            "sampling.hard-rank.every-positives", "5",
            "sampling.log-uniform.refresh-clicks", "5",
            "sampling.adaptive-rank.every", "1s",
            "sampling.mixgcf.neighbours", "3",
            "sampling.false-negatives.compensate", "true",
            "sampling.in-batch.size", "8",
            "sampling.in-batch.flush", "2m");

    @TempDir
    Path directory;

    /** Options that remember something, or need a batch, by what the test calls them. */
    private static final Map<String, Map<String, String>> OPTIONS = Map.of(
            "exposed, at once", Map.of("sampling.exposed.mode", "fnw"),
            "exposed, calibrated", Map.of("sampling.exposed.mode", "fnc"),
            "exposed, by position", Map.of("sampling.exposed.skip-above", "true"),
            "in-batch, logq", Map.of("sampling.in-batch.share", "logq", "sampling.logq.cells", "1024"),
            "popularity, shared", Map.of("sampling.popularity.share-across-batch", "true"),
            "hard-rank, exact", Map.of("sampling.hard-rank.mode", "exact"),
            "srns, incubated", Map.of("sampling.srns.incubate", "true", "sampling.srns.tick", "1s"),
            "uniform, with grace", Map.of("sampling.grace.weight", "0.3", "sampling.grace.exposures", "3"),
            "advir, moved both", Map.of("sampling.advir.perturb", "both", "sampling.advir.epsilon", "0.5"));

    /** What draws under other names: parts of it, or what stands in for it until there is something to draw from. */
    private static final Set<String> COMPOSED = Set.of("mix", "mns", "three-tier");

    /** The whole registry, and the options. */
    static List<String> samplers() {
        List<String> all = new ArrayList<>(Samplers.names());
        all.addAll(new TreeSet<>(OPTIONS.keySet()));
        return all;
    }

    static Settings settings(String sampler) {
        Map<String, String> settings = new LinkedHashMap<>(EARLY);
        settings.putAll(OPTIONS.getOrDefault(sampler, Map.of()));
        return TestSettings.drawing(nameOf(sampler), "logistic", settings);
    }

    private static String nameOf(String sampler) {
        return sampler.split(",", 2)[0];
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void whatASamplerRemembersSurvivesAKill(String sampler) throws IOException {
        List<LedgerExample> after = survives(settings(sampler), 280);
        Set<String> drew = new TreeSet<>();
        after.forEach(example -> example.negatives().forEach(negative -> drew.add(negative.sampler())));
        assertThat(drew).isNotEmpty();
        if (!COMPOSED.contains(sampler)) {
            assertThat(drew).contains(nameOf(sampler));
        }
    }

    /** And learns live what it learns in a backtest; where q depends on scores it may differ as sums of floats do. */
    @ParameterizedTest
    @MethodSource("samplers")
    void everySamplerLearnsLiveWhatItLearnsInABacktest(String sampler) {
        Settings settings = settings(sampler);
        List<Event> history = BacktestParityTest.disturbed(4, 200);
        ByteArrayOutputStream ledger = new ByteArrayOutputStream();
        PartitionRun replayed = new PartitionRun(BacktestParityTest.config(settings), ledger);
        history.forEach(replayed::accept);
        try (DrivenTopology live = new DrivenTopology(settings, directory)) {
            history.forEach(live::send);
            List<LedgerExample> examples = live.examples();
            List<LedgerExample> expected = BacktestParityTest.read(ledger);
            assertThat(withoutQ(examples)).isEqualTo(withoutQ(expected));
            for (int k = 0; k < examples.size(); k++) {
                assertLogQsAgree(examples.get(k), expected.get(k));
            }
            assertThat(examples).hasSizeGreaterThan(40);
        }
    }

    private static List<LedgerExample> withoutQ(List<LedgerExample> examples) {
        return examples.stream()
                .map(e -> with(
                        e,
                        e.negatives().stream()
                                .map(n -> new LedgerExample.Negative(n.item(), n.sampler(), 0, n.weight()))
                                .toList()))
                .toList();
    }

    /** An example with other negatives. */
    static LedgerExample with(LedgerExample e, List<LedgerExample.Negative> negatives) {
        return new LedgerExample(
                e.kind(),
                e.id(),
                e.user(),
                e.item(),
                e.action(),
                e.weight(),
                e.atMs(),
                e.partition(),
                e.sequence(),
                e.shown(),
                negatives,
                e.shortfall(),
                e.late());
    }

    private static void assertLogQsAgree(LedgerExample example, LedgerExample expected) {
        for (int k = 0; k < expected.negatives().size(); k++) {
            double logQ = example.negatives().get(k).logQ();
            double other = expected.negatives().get(k).logQ();
            assertThat(Double.isNaN(logQ) ? Double.isNaN(other) : Math.abs(logQ - other) < 1e-5)
                    .as("ln q of negative %d of %s: %s and %s", k, example.id(), logQ, other)
                    .isTrue();
        }
    }

    /** Vectors and biases at the start decide what dns draws, so a start that was lost would show. */
    @Test
    void whereNewcomersStartSurvivesAKill() throws IOException {
        LearningConfig plain = TestSettings.learning().withLoss("bpr", LossConfig.DEFAULT);
        Settings started = TestSettings.drawing("dns", plain.withNewcomers(new NewcomerConfig(3, "median")), EARLY);
        List<LedgerExample> after = survives(started, 300);
        try (DrivenTopology live =
                new DrivenTopology(TestSettings.drawing("dns", plain, EARLY), directory.resolve("plain"))) {
            BacktestParityTest.disturbed(3, 300).forEach(live::send);
            List<LedgerExample> otherwise = live.examples();
            assertThat(otherwise.subList(otherwise.size() - after.size(), otherwise.size()))
                    .isNotEqualTo(after);
        }
    }

    @Test
    void aBatchThatIsHalfFullSurvivesAKill() throws IOException {
        List<LedgerExample> after = survives(TestSettings.drawing("mns", "softmax-is", EARLY), 260);
        Set<String> drew = new TreeSet<>();
        after.forEach(example -> example.negatives().forEach(negative -> drew.add(negative.sampler())));
        assertThat(drew).containsExactly("in-batch", "uniform");
    }

    @Test
    void batchesEndAtTheSameEventsInABacktestAndLive() {
        Settings settings = TestSettings.drawing("in-batch", "softmax-is", EARLY);
        List<Event> history = BacktestParityTest.disturbed(5, 300);
        ByteArrayOutputStream ledger = new ByteArrayOutputStream();
        PartitionRun replayed = new PartitionRun(BacktestParityTest.config(settings), ledger);
        history.forEach(replayed::accept);
        try (DrivenTopology live = new DrivenTopology(settings, directory)) {
            history.forEach(live::send);
            List<LedgerExample> examples = live.examples();
            ExampleReader reader = new ExampleReader();
            assertThat(ledger.toString(StandardCharsets.UTF_8)
                            .lines()
                            .map(line -> reader.read(line.getBytes(StandardCharsets.UTF_8))))
                    .containsExactlyElementsOf(examples);
            assertThat(examples.stream().filter(e -> !e.negatives().isEmpty())).hasSizeGreaterThan(12);
        }
    }

    /** Runs the history with and without a kill in the middle; returns the ledger after it. */
    private List<LedgerExample> survives(Settings settings, int events) throws IOException {
        List<Event> history = BacktestParityTest.disturbed(3, events);
        List<LedgerExample> whole;
        try (DrivenTopology live = new DrivenTopology(settings, directory.resolve("whole"))) {
            history.forEach(live::send);
            whole = live.examples();
        }
        List<LedgerExample> parts = new ArrayList<>();
        int kill = events / 2;
        DrivenTopology killed = new DrivenTopology(settings, directory.resolve("killed"));
        history.subList(0, kill).forEach(killed::send);
        parts.addAll(killed.examples());
        int before = parts.size();
        try (DrivenTopology again = killed.killedAndStartedAgain(directory.resolve("again"))) {
            history.subList(kill, events).forEach(again::send);
            parts.addAll(again.examples());
            assertPublishesStateBytes(again);
        }
        for (int k = 0; k < Math.min(parts.size(), whole.size()); k++) {
            assertThat(parts.get(k)).as("example %d, kill after %d", k, before).isEqualTo(whole.get(k));
        }
        assertThat(parts).hasSameSizeAs(whole);
        return whole.subList(before, whole.size());
    }

    private static void assertPublishesStateBytes(DrivenTopology live) throws IOException {
        LearnerReport report = live.instance.learners().get(0);
        assertThat(report.samplerBytes()).isPositive();
        assertThat(report.samplerParts()).containsKey("false-negatives");
        assertThat(report.samplerParts().values())
                .allSatisfy(part -> assertThat(part.get("stateBytes")).isNotNegative());
        List<byte[]> metrics = live.metrics();
        JsonNode last = new ObjectMapper().readTree(metrics.get(metrics.size() - 1));
        assertThat(last.path("samplerBytes").asLong()).isPositive();
        assertThat(last.path("negatives").size()).isPositive();
        assertThat(last.path("samplerParts").size())
                .isEqualTo(report.samplerParts().size());
    }
}
