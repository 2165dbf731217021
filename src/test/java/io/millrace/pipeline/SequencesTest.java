package io.millrace.pipeline;

import static io.millrace.pipeline.TestPipeline.clicked;
import static io.millrace.pipeline.TestPipeline.config;
import static io.millrace.pipeline.TestPipeline.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.Configuration;
import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.event.InvalidSetting;
import io.millrace.learning.HierarchicalSoftmax;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.LossConfig;
import io.millrace.learning.SequenceConfig;
import io.millrace.learning.TreeConfig;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.ranking.ServedConfig;
import io.millrace.sampling.PositiveFilter;
import io.millrace.sampling.Samplers;
import io.millrace.topology.TestSettings;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items learned from sequences of clicks. */
class SequencesTest {

    private static final int CLUSTERS = 6;
    private static final int ITEMS = 60;
    private static final int FIRST = 5;

    private static LearningConfig learning(String objective) {
        if (objective.equals("hierarchical-softmax")) {
            return TestSettings.learning().withTree(new TreeConfig(50, 600_000, 86_400_000, 1000));
        }
        String context = objective.equals("cbow of both sides") ? "both" : "left";
        return TestSettings.learning()
                .withLoss("logistic", LossConfig.DEFAULT)
                .withSequences(new SequenceConfig(objective.split(" ")[0], 3, "random", 60_000, "exact", context));
    }

    private static TestPipeline run(String objective) {
        return new TestPipeline(config(learning(objective), 5), "popularity", Map.of("popularity.epsilon", "0.05"));
    }

    /** Sessions stay in one cluster of items: what is ranked first for a user after two clicks is of that cluster. */
    @ParameterizedTest
    @ValueSource(strings = {"sgns", "cbow", "cbow of both sides", "hierarchical-softmax"})
    void itemsThatAreClickedTogetherAreRankedTogether(String objective) {
        assertThat(standardErrorsAboveChance(objective, true)).isGreaterThan(20);
    }

    /** Without clusters in the clicks there are none in the ranking, so the test above can fail. */
    @ParameterizedTest
    @ValueSource(strings = {"sgns", "cbow", "cbow of both sides", "hierarchical-softmax"})
    void itemsThatAreClickedAtRandomAreNot(String objective) {
        assertThat(standardErrorsAboveChance(objective, false)).isBetween(-4.0, 4.0);
    }

    private static double standardErrorsAboveChance(String objective, boolean hasClusters) {
        TestPipeline run = run(objective);
        CounterRandom random = new CounterRandom().reset(11, 0, 0);
        long atMs = 1_000_000;
        for (int session = 0; session < 4000; session++) {
            int cluster = random.nextInt(CLUSTERS);
            for (int k = 0; k < 4; k++) {
                int item = hasClusters ? cluster + CLUSTERS * random.nextInt(ITEMS / CLUSTERS) : random.nextInt(ITEMS);
                run.accept(clicked("c" + session + "-" + k, "", "u" + session, "i" + item, "click", atMs++));
            }
        }
        int hits = 0;
        for (int item = 0; item < ITEMS; item++) {
            String user = "asker" + item;
            run.accept(clicked("a" + item, "", user, "i" + item, "click", atMs++));
            hits += sameCluster(run, user, item);
        }
        double chance = (ITEMS / CLUSTERS - 1.0) / (ITEMS - 1);
        return (hits - ITEMS * FIRST * chance) / Math.sqrt(ITEMS * FIRST * chance * (1 - chance));
    }

    /** How many of the items that score highest for a user are of the cluster of the one just clicked. */
    private static int sameCluster(TestPipeline run, String user, int clicked) {
        float[] v = new float[run.items.padded()];
        run.pipeline.learner().represent(run.users.row(EntityId.of(user)), v);
        float[] logs = new float[run.catalog.slots()];
        HierarchicalSoftmax tree = run.pipeline.learner().tree();
        if (tree != null) {
            tree.logProbabilities(v, logs);
        }
        return (int) IntStream.range(0, ITEMS)
                .filter(item -> item != clicked)
                .boxed()
                .sorted(Comparator.comparingDouble(item -> {
                    int slot = run.catalog.slotOf(EntityId.of("i" + item).hash());
                    return -(tree != null ? logs[slot] : run.items.score(v, run.items.row(slot)));
                }))
                .limit(FIRST)
                .filter(item -> item % CLUSTERS == clicked % CLUSTERS)
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgns", "cbow"})
    void aClickThatNothingIsNearTeachesNothingAndIsRemembered(String objective) {
        TestPipeline run = run(objective);
        run.accept(clicked("c0", "", "u", "a", "click", 1_000_000));
        run.accept(clicked("c1", "", "u", "b", "click", 1_060_001));
        run.accept(clicked("c2", "", "u", "c", "click", 1_060_002));
        assertThat(run.ledger).extracting(TestPipeline.Learned::weight).containsExactly(0f, 0f, 1f);
        assertThat(run.ledger).extracting(TestPipeline.Learned::stepped).containsExactly(false, false, true);
        assertThat(run.evaluated).isEqualTo(3);
        assertThat(run.items.changes(
                        run.items.row(run.catalog.slotOf(EntityId.of("a").hash()))))
                .isZero();
        assertThat(run.items.changes(
                        run.items.row(run.catalog.slotOf(EntityId.of("b").hash()))))
                .isPositive();
    }

    /** Thinned out before windows are made: the window then reaches further back. */
    @Test
    void aClickThatIsThinnedOutIsInNoWindow() {
        PipelineConfig config = config(
                        TestSettings.learning()
                                .withLoss("logistic", LossConfig.DEFAULT)
                                .withSequences(new SequenceConfig("cbow", 1, "all", 60_000, "exact")),
                        5)
                .with(new PositiveFilter.Config("c", 0.001f, 0.5f, "none"), ClickCalibration.Config.OFF);
        TestPipeline run = new TestPipeline(config, "uniform", Map.of());
        for (int k = 0; k < 600; k++) {
            String item = k % 2 == 0 ? "hot" : "i" + k;
            run.accept(clicked("c" + k, "", "u" + k / 300, item, "click", 1_000_000 + k));
        }
        long hot = run.ledger.stream()
                .filter(e -> e.item().equals("hot") && e.weight() > 0)
                .count();
        int row = run.items.row(run.catalog.slotOf(EntityId.of("hot").hash()));
        int asContext = run.items.changes(row) - run.items.updates(row);
        assertThat(hot).isBetween(1L, 100L);
        assertThat(asContext).as("of 300 clicks").isBetween(1, 100);
        long rare = run.ledger.stream()
                .filter(e -> e.item().startsWith("i") && e.weight() > 0)
                .count();
        assertThat(rare).as("of 300 clicks").isGreaterThan(280);
    }

    /** Exposures left alone and dislikes push down what follows the user's clicks. */
    @ParameterizedTest
    @ValueSource(strings = {"sgns", "cbow"})
    void anImpressionThatStaysUnclickedLowersItsItem(String objective) {
        TestPipeline run = run(objective);
        for (int k = 0; k < 5; k++) {
            run.accept(clicked("c" + k, "", "u", "i" + k, "click", 1_000_000 + k));
        }
        run.accept(shown("s", "u", "left", 1_000_010));
        run.pipeline.advance(2_000_000);
        assertThat(run.ledger.get(5).kind()).isEqualTo(Example.Kind.EXPOSED_NEGATIVE);
        float[] v = new float[run.items.padded()];
        run.pipeline.learner().represent(run.users.row(EntityId.of("u")), v);
        int left = run.items.row(run.catalog.slotOf(EntityId.of("left").hash()));
        assertThat(run.items.score(v, left)).isNegative();
    }

    @Test
    void aSequenceObjectiveRefusesWhatDoesNotGoWithIt() {
        assertThatThrownBy(
                        () -> Configuration.load(null, Map.of("learning.objective", "sgns", "learning.tied", "true")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("learning.own-weight = 0.3, expected 0: ")
                .hasMessageContaining("learning.tied = true, expected false: ")
                .hasMessageContaining("learning.loss = softmax-is, expected logistic: ");
        assertThat(Configuration.load(
                                null,
                                Map.of(
                                        "learning.objective", "sgns",
                                        "learning.own-weight", "0",
                                        "learning.loss", "logistic"))
                        .learning()
                        .sequences()
                        .isSkipGram())
                .isTrue();
        assertThat(Configuration.load(null, Map.of("learning.objective", "cbow", "learning.own-weight", "0"))
                        .learning()
                        .loss())
                .isEqualTo("softmax-is");
    }

    /** With a window of two: when two more have come, when the next session begins, or when the session is long over. */
    @Test
    void aClickWaitsForThoseAfterItUntilItsWindowIsFullOrItsSessionIsOver() {
        TestPipeline run = new TestPipeline(
                config(
                        TestSettings.learning()
                                .withLoss("logistic", LossConfig.DEFAULT)
                                .withSequences(new SequenceConfig("cbow", 2, "all", 60_000, "exact", "both")),
                        5),
                "uniform",
                Map.of());
        String[] learned = {"", "", "a", "ab", "abc"};
        for (int k = 0; k < 5; k++) {
            String item = "abcde".substring(k, k + 1);
            run.accept(clicked("c" + k, "", "u", item, "click", 1_000_000 + k));
            assertThat(items(run)).as("after " + item).isEqualTo(learned[k]);
            int row = run.users.row(EntityId.of("u"));
            assertThat(run.users.clicked(row).item(0))
                    .isEqualTo(EntityId.of(item).hash());
        }
        run.accept(clicked("c5", "", "u", "f", "click", 1_000_004 + 60_001));
        assertThat(items(run)).isEqualTo("abcde");
        assertThat(run.ledger).allMatch(e -> e.stepped() && e.weight() == 1);
        assertThat(run.pipeline.hasUndecided()).isTrue();
        run.pipeline.advance(1_000_004 + 60_001 + 60_000);
        assertThat(items(run)).isEqualTo("abcde");
        run.pipeline.advance(1_000_004 + 60_001 + 60_001);
        assertThat(items(run)).isEqualTo("abcdef");
        assertThat(run.ledger.get(5).weight()).as("nothing is near it").isZero();
        assertThat(run.pipeline.hasUndecided()).isFalse();
        assertThat(run.counts.clicks(run.catalog.slotOf(EntityId.of("a").hash())))
                .isEqualTo(1);
    }

    private static String items(TestPipeline run) {
        return run.ledger.stream().map(TestPipeline.Learned::item).collect(Collectors.joining());
    }

    @Test
    void sessionsEndEarlyWhenThereAreTooMany() {
        WaitingCentres queue = new WaitingCentres(5, 60_000);
        for (int k = 0; k < WaitingCentres.MOST; k++) {
            queue.add(new Positive(clicked("c" + k, "", "u" + k, "a", "click", 1000), null, false, false), 1000);
        }
        assertThat(queue.dueAt(1000)).isNull();
        queue.add(new Positive(clicked("last", "", "u0", "b", "click", 1000), null, false, false), 1000);
        Positive due = queue.dueAt(1000);
        assertThat(due)
                .isNotNull()
                .extracting(positive -> positive.click().id().text())
                .isEqualTo("c1");
        assertThat(queue.dueAt(1000)).isNull();
        assertThat(queue.stateBytes()).isLessThan(600L * WaitingCentres.MOST);
    }

    /** No negatives are drawn, and the item's row says that it was learned. */
    @Test
    void aPathIsLearnedWithoutNegatives() {
        TestPipeline run = run("hierarchical-softmax");
        for (int k = 0; k < 20; k++) {
            run.accept(clicked("c" + k, "", "u", "i" + k, "click", 1_000_000 + k));
        }
        assertThat(run.ledger)
                .allMatch(e -> e.stepped() && e.weight() == 1 && e.negatives().isEmpty());
        for (int k = 0; k < 20; k++) {
            int row = run.items.row(run.catalog.slotOf(EntityId.of("i" + k).hash()));
            assertThat(run.items.updates(row)).isEqualTo(1);
        }
        assertThat(run.pipeline.sampling().stateBytes()).isGreaterThan(20 * 4 * 16);
    }

    @Test
    void whatWaitsForClicksWaitsForNothingElse() {
        var parameters = TestPipeline.parameters(Map.of("false-negatives.compensate", "true"));
        var batches = Samplers.make("in-batch", parameters, new ItemCounts(new HalfLife(1)), 64);
        assertThatThrownBy(() -> Compatibility.check(learning("cbow of both sides"), batches, parameters))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("learning.cbow-context = both, expected left, or another sampler: ")
                .hasMessageContaining("sampling.false-negatives.compensate = true, expected false, or ");
        assertThatThrownBy(() -> Compatibility.checkHistory(learning("cbow of both sides"), 6))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("history.clicked = 6, expected at least 7, of learning.window = 3");
    }

    @Test
    void aTreeRefusesWhatDoesNotGoWithIt() {
        assertThatThrownBy(() -> Configuration.load(null, Map.of("learning.objective", "hierarchical-softmax")))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("learning.tied = false, expected true: ")
                .hasMessageContaining("learning.unclicked-weight = 0.1, expected 0: ")
                .hasMessageContaining("learning.dislike-weight = 1.0, expected 0: ");
        LearningConfig tree = learning("hierarchical-softmax");
        assertThatThrownBy(() -> config(tree, 5)
                        .with(PositiveFilter.Config.NONE, new ClickCalibration.Config(true, 0.1f, 1000, 1, 1)))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("calibration.enabled = true, expected false: ");
        assertThatThrownBy(() -> Compatibility.checkServed(tree, ServedConfig.embedding()))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("ranking.served = embedding, expected blend, retrieval, session or news: ");
        Compatibility.checkServed(learning("sgns"), ServedConfig.embedding());
        var parameters = TestPipeline.parameters(Map.of());
        var dns = Samplers.make("dns", parameters, new ItemCounts(new HalfLife(1)), 64);
        Compatibility.check(tree, dns, parameters); // draws nothing, so that its q is not known does not count
        var estimated = Samplers.make("rejection", parameters, new ItemCounts(new HalfLife(1)), 64);
        assertThat(Compatibility.warnings(tree, estimated)).isEmpty();
    }

    @Test
    void whatWouldWeighSingleClicksIsRefused() {
        PipelineConfig plain = config(learning("sgns"), 5);
        PositiveFilter.Config inverse = new PositiveFilter.Config("c", 0.001f, 0.5f, "inverse");
        assertThatThrownBy(() -> plain.with(inverse, ClickCalibration.Config.OFF))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("positives.weight = inverse, expected none: ");
        var parameters = TestPipeline.parameters(Map.of("real-negative-subsample.correction", "logodds"));
        var sampler = Samplers.make("uniform", parameters, new ItemCounts(new HalfLife(1)), 64);
        assertThatThrownBy(() -> Compatibility.check(learning("cbow"), sampler, parameters))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("learning.objective = cbow learns clicks from clicks");
        assertThatThrownBy(() -> Compatibility.checkHistory(learning("cbow"), 2))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("history.clicked = 2, expected at least learning.context-items = 5")
                .hasMessageContaining("history.clicked = 2, expected at least 3, of learning.window = 3");
    }
}
