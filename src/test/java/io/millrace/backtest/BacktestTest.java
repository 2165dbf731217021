package io.millrace.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.attribution.AttributionConfig;
import io.millrace.config.Configuration;
import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.learning.LearningConfig;
import io.millrace.pipeline.PipelineConfig;
import io.millrace.popularity.HalfLife;
import io.millrace.ranking.BlendConfig;
import io.millrace.ranking.CoOccurrenceConfig;
import io.millrace.ranking.ServedConfig;
import io.millrace.source.SyntheticConfig;
import io.millrace.source.SyntheticStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BacktestTest {

    @Test
    void twoBacktestsOfOneHistoryAreTheSameToTheByteWhateverTheThreads() throws InterruptedException {
        List<Event> history = synthetic(3000);
        Ended one = run(history, 1, config("a", 0.1f), config("b", 0.2f));
        Ended other = run(history, 2, config("a", 0.1f), config("b", 0.2f));
        assertThat(other.ledger).isEqualTo(one.ledger).isNotEmpty();
        assertThat(ReportJson.write(other.report)).isEqualTo(ReportJson.write(one.report));
        assertThat(other.report.runs().get(0).rows())
                .isEqualTo(one.report.runs().get(0).rows())
                .isNotEqualTo(one.report.runs().get(1).rows());
    }

    @Test
    void whatStandsBesideItDoesNotChangeAConfiguration() throws InterruptedException {
        List<Event> history = synthetic(1500);
        Report alone = run(history, 1, config("b", 0.2f)).report;
        Report beside = run(history, 2, config("a", 0.1f), config("b", 0.2f)).report;
        assertThat(beside.runs().get(1).ledger()).isEqualTo(alone.runs().get(0).ledger());
        assertThat(beside.runs().get(1).rows()).isEqualTo(alone.runs().get(0).rows());
    }

    @Test
    void evaluationChangesNothingThatIsLearned() throws InterruptedException {
        List<Event> history = synthetic(1500);
        RunConfig all = config("a", 0.1f);
        RunConfig none = new RunConfig(
                all.name(),
                all.pipeline(),
                all.halfLife(),
                all.sampler(),
                all.samplerParameters(),
                all.maxTries(),
                all.historyClicked(),
                all.historyExposed(),
                all.ranking(),
                new RunConfig.Measure(0, 0, false, List.of(10, 20), 1000),
                all.digest(),
                all.settings());
        Report evaluated = run(history, 1, all).report;
        Report blind = run(history, 1, none).report;
        assertThat(blind.runs().get(0).ledger())
                .isEqualTo(evaluated.runs().get(0).ledger());
        assertThat(blind.runs().get(0).rows()).isEqualTo(evaluated.runs().get(0).rows());
        assertThat(blind.runs().get(0).ranking()).isNull();
    }

    @Test
    void whatWaitsForItsBatchIsLearnedWhenAskedForAndOnce() {
        RunConfig like = config("batch", 0.1f);
        PartitionRun run = new PartitionRun(new RunConfig(
                "batch",
                like.pipeline(),
                like.halfLife(),
                "in-batch",
                like.samplerParameters(),
                like.maxTries(),
                like.historyClicked(),
                like.historyExposed(),
                like.ranking(),
                like.measure(),
                like.digest(),
                like.settings()));
        noise(800).forEach(run::accept);
        assertThat(run.examples()).isEqualTo(800 / 64 * 64);
        run.pipeline().learnWaiting();
        run.pipeline().learnWaiting();
        assertThat(run.examples()).isEqualTo(800);
    }

    @Test
    void aModelThatDoesNotBeatTheBaselinesSaysSoFirst() throws InterruptedException {
        Report report = run(noise(800), 1, config("noise", 0.1f)).report;
        assertThat(report.verdict()).contains("does NOT beat the baselines");
        assertThat(ReportPage.write(report, new Cost(1, 1, "17", List.of()))).contains("verdict loses");
    }

    @Test
    void everyConfigurationAndLineIsInThePageAndNothingIsFetched() throws InterruptedException {
        List<Event> history = synthetic(1500);
        Ended ended = run(history, 2, config("first", 0.1f), config("<second>", 0.2f));
        String page = ReportPage.write(ended.report, ended.cost);
        assertThat(page).contains("&lt;second&gt;", "click model", "Popularity bias", "Calibration");
        assertThat(page).doesNotContain("<second>", "http:", "https:", "src=", "NaN", "@import", "url(");
    }

    @Test
    void configurationsAreComparedByWhatEachOfThemServes() throws InterruptedException {
        Report report = run(synthetic(1500), 1, config("a", 0.1f), serving("b", "embedding")).report;
        assertThat(report.runs().get(1).againstFirst())
                .extracting(difference -> difference.of() + " - " + difference.against())
                .containsExactly("embedding, as served of b - blend of a", "embedding of b - embedding of a");
    }

    private static RunConfig serving(String name, String ranking) {
        RunConfig like = config(name, 0.1f);
        return new RunConfig(
                like.name(),
                like.pipeline(),
                like.halfLife(),
                like.sampler(),
                like.samplerParameters(),
                like.maxTries(),
                like.historyClicked(),
                like.historyExposed(),
                new ServedConfig(ranking, BlendConfig.DEFAULT, CoOccurrenceConfig.DEFAULT),
                like.measure(),
                like.digest(),
                like.settings());
    }

    @Test
    void withoutPropensitiesOffPolicyEstimatesAreRefusedWithTheReason() throws InterruptedException {
        Report report = run(synthetic(1500), 1, config("a", 0.1f)).report;
        Report.Prediction prediction = report.runs().get(0).prediction();
        assertThat(prediction).isNotNull();
        assertThat(String.valueOf(prediction.offPolicy().get("refused"))).contains("no logged propensity");
    }

    @Test
    void noLabelOfAListChangesAPredictionOfThatList() {
        double neither = lossAfter(false, false);
        double both = lossAfter(true, true);
        double first = lossAfter(true, false);
        double second = lossAfter(false, true);
        assertThat(first).isNotCloseTo(second, within(1e-3));
        assertThat(first + second).isCloseTo(neither + both, within(1e-6));
    }

    /** Summed log-loss of the click model when a list of two comes after a history, by what was clicked of it. */
    private static double lossAfter(boolean firstClicked, boolean secondClicked) {
        PartitionRun run = new PartitionRun(config("list", 0.1f));
        List<Event> history = synthetic(1500);
        history.forEach(run::accept);
        long atMs = history.get(history.size() - 1).atMs() + 1000;
        run.accept(shown("last-1", "i-1", atMs));
        run.accept(shown("last-2", "i-2", atMs));
        if (firstClicked) {
            run.accept(clicked("last-1", "i-1", atMs + 500));
        }
        if (secondClicked) {
            run.accept(clicked("last-2", "i-2", atMs + 1000));
        }
        run.accept(shown("end", "i-3", atMs + 600_000));
        return run.predicted().curve().points(Integer.MAX_VALUE / 2).stream()
                .mapToDouble(point -> point.observations() * point.means()[0])
                .sum();
    }

    private static Impression shown(String id, String item, long atMs) {
        return new Impression(EntityId.of(id), null, EntityId.of("u-1"), EntityId.of(item), -1, Float.NaN, atMs);
    }

    private static Click clicked(String impression, String item, long atMs) {
        return new Click(
                EntityId.of(impression + "/click"),
                EntityId.of(impression),
                EntityId.of("u-1"),
                EntityId.of(item),
                "click",
                1,
                atMs);
    }

    private record Ended(Report report, Cost cost, String ledger) {}

    private static Ended run(List<Event> history, int threads, RunConfig... configs) throws InterruptedException {
        ByteArrayOutputStream ledger = new ByteArrayOutputStream();
        List<PartitionRun> runs = new ArrayList<>();
        for (RunConfig config : configs) {
            runs.add(runs.isEmpty() ? new PartitionRun(config, ledger) : new PartitionRun(config));
        }
        try (Backtest backtest = new Backtest(runs, threads)) {
            backtest.run(history.iterator(), so -> {});
            Report report = Report.of(backtest, Map.of("name", "test", "events", (long) history.size()));
            return new Ended(report, Cost.of(backtest), ledger.toString(StandardCharsets.UTF_8));
        }
    }

    static List<Event> synthetic(int events) {
        SyntheticStream stream =
                new SyntheticStream(new SyntheticConfig(60, 200, 6, 5, 20, 1_700_000_000_000L, 0, 0, 3000, 60_000, 7));
        return Stream.generate(stream::next).limit(events).toList();
    }

    static List<Event> noise(int clicks) {
        Random random = new Random(5);
        List<Event> history = new ArrayList<>();
        for (int k = 0; k < clicks; k++) {
            EntityId user = EntityId.of("u" + random.nextInt(50));
            EntityId item = EntityId.of("i" + random.nextInt(300));
            history.add(new Click(EntityId.of("c" + k), null, user, item, "click", 1, 1_000_000L + k));
        }
        return history;
    }

    static RunConfig config(String name, float stepSize) {
        return config(name, stepSize, 5, name);
    }

    static RunConfig config(String name, float stepSize, int contextItems, String digest) {
        LearningConfig learning = new LearningConfig(
                16,
                "softmax-is",
                "adagrad-row",
                stepSize,
                0,
                0.5f,
                3,
                10,
                5,
                0.5f,
                contextItems,
                0.7f,
                false,
                0.1f,
                1,
                42);
        return new RunConfig(
                name,
                new PipelineConfig(
                        new AttributionConfig(60_000, 5_000, 60_000, 0, 600_000, 100_000),
                        learning,
                        Map.of(),
                        true,
                        5,
                        1_000_000,
                        2_592_000_000L),
                new HalfLife(86_400_000),
                "uniform",
                Configuration.load(null, Map.of()).samplerParameters(),
                64,
                50,
                20,
                new ServedConfig("blend", BlendConfig.DEFAULT, CoOccurrenceConfig.DEFAULT),
                new RunConfig.Measure(1, 0, false, List.of(10, 20), 1000),
                digest,
                Map.of("learning.step-size", Float.toString(stepSize)));
    }
}
