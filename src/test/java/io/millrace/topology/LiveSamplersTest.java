package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.backtest.PartitionRun;
import io.millrace.codec.ExampleReader;
import io.millrace.codec.LedgerExample;
import io.millrace.event.Event;
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

/** What samplers remember is in the state store: a learner that was killed goes on as if it had not been. */
class LiveSamplersTest {

    /** Every sampler that remembers something, a family each: ring, ranks, groups, successors, chain, graph, ... */
    private static final List<String> FAMILIES = List.of(
            "adaptive-rank",
            "bigram",
            "dns",
            "exposed",
            "gibbs-walk",
            "hard-rank",
            "irgan",
            "log-uniform",
            "mcns",
            "mixgcf",
            "recent-clicks",
            "reinforced-exposure",
            "rejection",
            "srns",
            "uniform",
            "weighted-random");

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

    @Test
    void theStateOfEveryFamilySurvivesAKill() throws IOException {
        Map<String, String> settings = new LinkedHashMap<>(EARLY);
        FAMILIES.forEach(name -> settings.put("sampling.mix." + name, Double.toString(1.0 / FAMILIES.size())));
        List<LedgerExample> after = survives(TestSettings.drawing("mix", "logistic", settings), 280);
        Set<String> drew = new TreeSet<>();
        after.forEach(example -> example.negatives().forEach(negative -> drew.add(negative.sampler())));
        assertThat(drew)
                .containsAll(
                        FAMILIES.stream().filter(name -> !name.equals("dns")).toList());
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
        List<byte[]> metrics = live.metrics();
        JsonNode last = new ObjectMapper().readTree(metrics.get(metrics.size() - 1));
        assertThat(last.path("samplerBytes").asLong()).isPositive();
        assertThat(last.path("negatives").size()).isPositive();
    }
}
