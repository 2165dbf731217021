package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.app.Main;
import io.millrace.codec.ExampleReader;
import io.millrace.codec.LedgerExample;
import io.millrace.event.Event;
import io.millrace.sampling.Samplers;
import io.millrace.source.SyntheticConfig;
import io.millrace.source.SyntheticStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A partition goes to another instance when its own is killed, and perhaps before, when the other joins; there it learns what a
 * backtest learns that nobody disturbs: all that samplers, objectives and calibration know was in the changelogs.
 */
@Timeout(240)
class MovedPartitionIT {

    private static final long START_MS = 1_700_000_000_000L;
    private static final int SLICE = 600;
    private static final Duration MOVE = Duration.ofSeconds(90);

    /**
     * Most of the draws that may be others. Live, an item's row is the sum of what was published and what is on its way, which
     * rounds otherwise than a backtest's; and what a partition sent right before it moved may arrive after it learns again, from
     * slightly older rows. Samplers that go by which of two items scores higher may then take the other one. Steps are small so
     * that this is all that comes of it.
     */
    private static final double OTHERS = 0.05;

    private static final String SMALL_STEPS = "learning.step-size: 0.02\n";

    private static final String EARLY = """
            sampling.dns.warm-up: 0
            sampling.hard-rank.every-positives: 50
            sampling.log-uniform.refresh-clicks: 20
            sampling.adaptive-rank.every: 1s
            sampling.srns.tick: 1s
            """;

    /** Every sampler there is, positives that wait for their batch, lists, and click probabilities. */
    private static final String MATCHING = EARLY + """
            learning.loss: logistic
            calibration.enabled: true
            sampling.exposed.skip-above: true
            sampling.in-batch.size: 8
            sampling.in-batch.flush: 2m
            """ + mix(Samplers.names());

    private static final String OF_CLICKS = """
            learning.loss: logistic
            learning.own-weight: 0
            learning.tied: false
            """;

    @TempDir
    private Path directory;

    private static String mix(Collection<String> samplers) {
        List<String> components = samplers.stream()
                .filter(name -> !name.equals("mix"))
                .map(name -> name + ": ")
                .toList();
        return "sampling.sampler: mix\nsampling.mix: {"
                + components.stream()
                        .map(name -> name + 1.0 / components.size())
                        .collect(Collectors.joining(", "))
                + "}\n";
    }

    /** Every sampler that learns a positive as soon as it comes. */
    static String mixWithoutBatches() {
        return EARLY
                + mix(Samplers.names().stream()
                        .filter(name -> !List.of("in-batch", "mns").contains(name))
                        .toList());
    }

    private static String settings(String objective) {
        return SMALL_STEPS
                + switch (objective) {
                    case "matching" -> MATCHING;
                    case "hierarchical-softmax" -> TreeServingIT.SETTINGS;
                    default ->
                        OF_CLICKS + "learning.objective: cbow\nlearning.cbow-context: both\n" + mixWithoutBatches();
                };
    }

    @ParameterizedTest
    @ValueSource(strings = {"matching", "cbow", "hierarchical-softmax"})
    void aPartitionThatMovedLearnsWhatABacktestLearns(String objective) throws Exception {
        SyntheticStream stream =
                new SyntheticStream(new SyntheticConfig(60, 150, 6, 5, 5, START_MS, 0, 0, 20_000, 60_000, 4));
        try (LiveCluster cluster = new LiveCluster(directory.resolve("broker"), 1);
                TopicReader examples = new TopicReader(cluster.bootstrapServers(), "examples")) {
            List<LedgerExample> ledger = new ArrayList<>();
            try (LearnerProcess one = learner("one", cluster, objective)) {
                cluster.produceInOrder(slice(stream), START_MS);
                awaitTaken(cluster, List.of(one));
                try (LearnerProcess two = learner("two", cluster, objective)) {
                    await("the other has joined")
                            .atMost(MOVE)
                            .until(() -> two.status().has("joins"));
                    cluster.produceInOrder(slice(stream), START_MS);
                    awaitTaken(cluster, List.of(one, two));
                    boolean isOnes = one.taken() > 0;
                    LearnerProcess owner = isOnes ? one : two;
                    LearnerProcess other = isOnes ? two : one;
                    cluster.produceInOrder(slice(stream), START_MS);
                    owner.kill();
                    awaitTaken(cluster, List.of(other));
                    int moved = read(examples, ledger).size();
                    cluster.produceInOrder(slice(stream), START_MS);
                    List<LedgerExample> expected = backtest(one.config());
                    await("the other has learned the rest")
                            .atMost(MOVE)
                            .untilAsserted(
                                    () -> assertThat(read(examples, ledger).size())
                                            .as(other::said)
                                            .isEqualTo(expected.size()));
                    assertSame(expected, ledger, moved);
                }
            }
        }
    }

    private LearnerProcess learner(String name, LiveCluster cluster, String objective) throws IOException {
        return new LearnerProcess(directory, name, cluster.bootstrapServers(), 1, settings(objective));
    }

    private static List<Event> slice(SyntheticStream stream) {
        return Stream.generate(stream::next).limit(SLICE).toList();
    }

    private static void awaitTaken(LiveCluster cluster, List<LearnerProcess> learners) {
        await("all " + cluster.produced() + " events are taken in")
                .atMost(MOVE)
                .untilAsserted(() -> assertThat(learners.stream()
                                .mapToLong(LearnerProcess::taken)
                                .sum())
                        .as(() -> learners.get(0).said())
                        .isEqualTo(cluster.produced()));
    }

    private static List<LedgerExample> read(TopicReader examples, List<LedgerExample> into) {
        ExampleReader reader = new ExampleReader();
        examples.read().forEach(example -> into.add(reader.read(example.value())));
        return into;
    }

    private List<LedgerExample> backtest(Path config) throws IOException {
        StringWriter err = new StringWriter();
        int code = Main.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(err, true))
                .execute(
                        "backtest",
                        "--topics",
                        "--config",
                        config.toString(),
                        "--ledger",
                        "--out",
                        directory.resolve("backtest").toString());
        assertThat(code).as(err::toString).isZero();
        ExampleReader reader = new ExampleReader();
        return Files.readAllLines(directory.resolve("backtest").resolve("ledger-1.jsonl")).stream()
                .map(line -> reader.read(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    /** The same examples, in order; and nearly all draws the same, before it moved and after. */
    private static void assertSame(List<LedgerExample> expected, List<LedgerExample> ledger, int moved) {
        Map<String, Integer> drawn = new TreeMap<>();
        Map<String, List<String>> others = new TreeMap<>();
        for (int k = 0; k < expected.size(); k++) {
            assertThat(LiveSamplersTest.with(ledger.get(k), List.of()))
                    .as("example %d of %d", k, expected.size())
                    .isEqualTo(LiveSamplersTest.with(expected.get(k), List.of()));
            List<LedgerExample.Negative> live = ledger.get(k).negatives();
            List<LedgerExample.Negative> replayed = expected.get(k).negatives();
            for (int n = 0; n < replayed.size(); n++) {
                String sampler = replayed.get(n).sampler();
                boolean isSame = n < live.size()
                        && live.get(n).item().equals(replayed.get(n).item());
                String when = k < moved ? "before" : "after";
                drawn.merge(when, 1, Integer::sum);
                if (!isSame) {
                    others.computeIfAbsent(when, w -> new ArrayList<>()).add(sampler + " in " + k);
                }
            }
        }
        drawn.forEach((when, count) -> assertThat(others.getOrDefault(when, List.of()))
                .as("other items drawn %s it moved, of %d draws", when, count)
                .hasSizeLessThanOrEqualTo((int) (OTHERS * count)));
    }
}
