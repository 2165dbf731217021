package io.millrace.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.millrace.event.CounterRandom;
import io.millrace.event.Event;
import io.millrace.event.InvalidSetting;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SearchTest {

    private static final List<Event> HISTORY = BacktestTest.synthetic(2400);

    @Test
    void theAnswerDependsOnTheSeedAndNotOnTheThreads() throws Exception {
        String one = json(found("recall@20", 9, 7, 1));
        assertThat(json(found("recall@20", 9, 7, 3))).isEqualTo(one);
        assertThat(json(found("recall@20", 9, 8, 3))).isNotEqualTo(one);
    }

    @Test
    void theBestIsTheBestOfAllThatSawTheFirstHalfAndTheBaseIsAmongThem() throws Exception {
        SearchReport found = found("recall@20", 12, 3, 2);
        double best = scoreAt(found, found.best(), 1200);
        for (SearchReport.Tried trial : found.trials()) {
            double score = scoreAt(found, trial.number(), 1200);
            assertThat(Double.isNaN(score) ? 0 : score)
                    .as("trial " + trial.number())
                    .isLessThanOrEqualTo(best);
        }
        assertThat(scoreAt(found, 0, 1200)).isNotNaN();
        assertThat(found.trials()).hasSizeLessThanOrEqualTo(12);
        assertThat(found.trials()).extracting(SearchReport.Tried::digest).doesNotHaveDuplicates();
    }

    @Test
    void theStepThatWasMadeUselessLoses() throws Exception {
        SearchReport found = found("recall@20", 12, 3, 2);
        assertThat(found.choice().get(1).values().get("step")).isNotEqualTo("0.0001");
        assertThat(found.choice().get(1).firstHalf())
                .isGreaterThan(found.choice().get(0).firstHalf() + 0.02);
    }

    @Test
    void onlyAThirdGoesOnAtEachStage() throws Exception {
        List<int[]> stages = new ArrayList<>();
        search("recall@20", 14, 5, 2, new Stages(stages)).run();
        assertThat(stages.get(0)[0]).isEqualTo(10);
        assertThat(stages.get(0)[1]).isEqualTo(1200 / 9);
        assertThat(stages.get(1)[0]).isEqualTo(4);
        assertThat(stages.get(1)[1]).isEqualTo(1200 / 3);
        assertThat(stages.get(2)[0]).isEqualTo(2);
        assertThat(stages.get(2)[1]).isEqualTo(1200);
        assertThat(stages.get(3)[0]).isBetween(1, 4);
    }

    @Test
    void neighboursAreComparedWithTheBestOnTheSameEvents() throws Exception {
        SearchReport found = found("recall@20", 12, 3, 2);
        assertThat(found.neighbours()).hasSizeGreaterThanOrEqualTo(4).allSatisfy(neighbour -> {
            assertThat(neighbour.differs()).isNotEmpty();
            assertThat(neighbour.mean()).isEqualTo(scoreAt(found, neighbour.number(), neighbour.events()));
            assertThat(neighbour.bestMean()).isEqualTo(scoreAt(found, found.best(), neighbour.events()));
        });
        assertThat(found.neighbours()).anySatisfy(neighbour -> {
            assertThat(neighbour.differs()).hasSize(1);
            assertThat(neighbour.events()).isEqualTo(1200);
        });
    }

    @Test
    void whatATrialScoresIsWhatAWholeBacktestReports() throws Exception {
        for (String name : List.of("recall@20", "ndcg@10", "mrr", "log-loss", "grouped-auc")) {
            RunConfig config = new Steps().configuration("a", Map.of("step", "0.1", "context", "5"));
            Objective objective = Objective.of(name, config.measure());
            PartitionRun trial = new PartitionRun(config, OutputStream.nullOutputStream(), objective.looks());
            PartitionRun whole = new PartitionRun(config);
            HISTORY.forEach(trial::accept);
            HISTORY.forEach(whole::accept);
            assertThat(objective.of(trial)).as(name).isEqualTo(objective.of(whole));
            assertThat(objective.of(whole).count()).isPositive();
            assertThat(trial.rowsDigest()).isEqualTo(whole.rowsDigest());
        }
    }

    @Test
    void firstHalfAndHeldOutMakeTheWhole() throws Exception {
        Search.Result result = new Search(
                        new Steps(),
                        Objective.of("log-loss", BacktestTest.config("a", 0.1f).measure()),
                        BacktestTest.synthetic(4000)::iterator,
                        3,
                        1,
                        2,
                        new Stages(new ArrayList<>()))
                .run();
        Objective.Score first = result.base().last().score();
        PartitionRun whole = result.judged().runs().get(0);
        double mean = whole.predicted().metrics(0).logLoss();
        long count = whole.predicted().metrics(0).count();
        assertThat(first.count() + result.baseHeldOut().count()).isEqualTo(count);
        assertThat((first.count() * first.mean()
                                + result.baseHeldOut().count()
                                        * result.baseHeldOut().mean())
                        / count)
                .isCloseTo(mean, offset(1e-12));
    }

    @Test
    void lessIsBetterForLogLossAndWhatIsNoNumberComesLast() {
        Objective loss = Objective.of("log-loss", BacktestTest.config("a", 0.1f).measure());
        assertThat(loss.compare(0.1, 0.2)).isNegative();
        assertThat(loss.compare(Double.NaN, 0.2)).isPositive();
        Objective recall =
                Objective.of("recall@20", BacktestTest.config("a", 0.1f).measure());
        assertThat(recall.compare(0.1, 0.2)).isPositive();
        assertThat(recall.compare(0.1, Double.NaN)).isNegative();
    }

    @Test
    void valuesThatDoNotGoTogetherAreDrawnAgainAndASpaceOfNothingElseIsRefused() throws Exception {
        Steps fussy = new Steps() {
            @Override
            public RunConfig configuration(String name, Map<String, String> values) {
                InvalidSetting.require(!values.get("context").equals("2"), "context", 2, "another");
                return super.configuration(name, values);
            }
        };
        Search.Result result =
                new Search(fussy, recall(), HISTORY::iterator, 9, 1, 2, new Stages(new ArrayList<>())).run();
        assertThat(result.refused()).isPositive();
        assertThat(result.trials())
                .allSatisfy(trial -> assertThat(trial.values().get("context")).isNotEqualTo("2"));
        Steps never = new Steps() {
            @Override
            public RunConfig configuration(String name, Map<String, String> values) {
                InvalidSetting.require(values.equals(base()), "step", values, "the base's");
                return super.configuration(name, values);
            }
        };
        assertThatThrownBy(() ->
                        new Search(never, recall(), HISTORY::iterator, 9, 1, 2, new Stages(new ArrayList<>())).run())
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("expected the base's");
    }

    @Test
    void aHistoryThatTheScoreIsNotOfIsRefused() {
        assertThatThrownBy(() -> new Search(
                                new Steps(),
                                Objective.of(
                                        "log-loss",
                                        BacktestTest.config("a", 0.1f).measure()),
                                BacktestTest.noise(100)::iterator,
                                4,
                                1,
                                1,
                                new Stages(new ArrayList<>()))
                        .run())
                .hasMessageContaining("score = log-loss, expected recall@K");
        assertThatThrownBy(() -> new Search(
                                new Steps(),
                                recall(),
                                HISTORY.subList(0, 17)::iterator,
                                4,
                                1,
                                1,
                                new Stages(new ArrayList<>()))
                        .run())
                .hasMessageContaining("history = 17 events");
    }

    private static Objective recall() {
        return Objective.of("recall@20", BacktestTest.config("a", 0.1f).measure());
    }

    private static double scoreAt(SearchReport found, int number, long events) {
        return found.trials().get(number).scores().stream()
                .filter(point -> point.events() == events)
                .mapToDouble(SearchReport.Point::mean)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String json(SearchReport found) {
        return ReportJson.write(found);
    }

    private static SearchReport found(String score, int budget, long seed, int threads) throws Exception {
        Search.Result result = search(score, budget, seed, threads, new Stages(new ArrayList<>()))
                .run();
        return SearchReport.of(
                result,
                new Steps(),
                Objective.of(score, BacktestTest.config("a", 0.1f).measure()),
                seed,
                budget,
                Map.of("name", "test"));
    }

    private static Search search(String score, int budget, long seed, int threads, Search.Progress progress) {
        Objective objective = Objective.of(score, BacktestTest.config("a", 0.1f).measure());
        return new Search(new Steps(), objective, HISTORY::iterator, budget, seed, threads, progress);
    }

    private record Stages(List<int[]> stages) implements Search.Progress {

        @Override
        public void begins(String stage, int configurations, long events) {
            stages.add(new int[] {configurations, (int) events});
        }

        @Override
        public void at(Backtest stage) {}

        @Override
        public void ends(List<Trial> ranked, int kept) {}
    }

    /** Two keys with a few values each; the base learns next to nothing. */
    private static class Steps implements Search.Candidates {

        private static final Map<String, List<String>> VALUES = new TreeMap<>(
                Map.of("step", List.of("0.0001", "0.03", "0.1", "0.2", "0.4"), "context", List.of("1", "2", "5")));

        @Override
        public Map<String, String> base() {
            return new TreeMap<>(Map.of("step", "0.0001", "context", "5"));
        }

        @Override
        public Map<String, String> draw(CounterRandom random) {
            Map<String, String> drawn = new TreeMap<>();
            VALUES.forEach((key, values) -> drawn.put(key, values.get(random.nextInt(values.size()))));
            return drawn;
        }

        @Override
        public List<Map<String, String>> neighbours(Map<String, String> values) {
            List<Map<String, String>> neighbours = new ArrayList<>();
            VALUES.forEach((key, all) -> {
                int at = all.indexOf(values.get(key));
                for (int other : new int[] {at - 1, at + 1}) {
                    if (other >= 0 && other < all.size()) {
                        Map<String, String> neighbour = new TreeMap<>(values);
                        neighbour.put(key, all.get(other));
                        neighbours.add(neighbour);
                    }
                }
            });
            return neighbours;
        }

        @Override
        public double distance(Map<String, String> a, Map<String, String> b) {
            return a.keySet().stream()
                    .filter(key -> !a.get(key).equals(b.get(key)))
                    .count();
        }

        @Override
        public RunConfig configuration(String name, Map<String, String> values) {
            return BacktestTest.config(
                    name,
                    Float.parseFloat(values.get("step")),
                    Integer.parseInt(values.get("context")),
                    values.toString());
        }
    }
}
