package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.backtest.PartitionRun;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.UserRows;
import io.millrace.ranking.Query;
import io.millrace.ranking.ServedConfig;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.RecentItems;
import io.millrace.store.RowKey;
import io.millrace.store.UserRowFormat;
import io.millrace.store.WriteBackStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served live is what a backtest of the same events would serve. */
class LiveRankingTest {

    @TempDir
    Path directory;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void everyUserIsServedTheBacktestsRanking(long seed) throws IOException {
        assertServesTheSame(TestSettings.settings(1, 1000), seed);
    }

    /** Where a tree ranks, it is the task's that is asked. */
    @ParameterizedTest
    @ValueSource(strings = {"sgns", "hierarchical-softmax"})
    void everyUserIsServedTheBacktestsRankingOfAnObjective(String objective) throws IOException {
        assertServesTheSame(objective(objective), 1);
    }

    private static Settings objective(String objective) {
        return TestSettings.settings(TestSettings.pipeline(BacktestParityTest.learning(objective)), 1, 1000);
    }

    private void assertServesTheSame(Settings settings, long seed) throws IOException {
        List<Event> history = BacktestParityTest.disturbed(seed, 400);
        PartitionRun replayed = new PartitionRun(BacktestParityTest.config(settings, 0.5));
        history.forEach(replayed::accept);
        try (DrivenTopology live = new DrivenTopology(settings, directory)) {
            history.forEach(live::send);
            assertThat(weights(bytes(live))).containsExactly(weights(bytes(replayed)), within(1e-5f));
            Set<String> users = new TreeSet<>();
            history.forEach(event -> users.add(event.user().text()));
            for (String user : users) {
                assertSameScores(live, replayed, EntityId.of(user));
            }
        }
    }

    private static void assertSameScores(DrivenTopology live, PartitionRun replayed, EntityId user) {
        OnlineLearner learner = replayed.pipeline().learner();
        UserRows users = learner.users();
        Catalog catalog = replayed.pipeline().catalog();
        int row = users.row(user);
        RecentItems clicked = storedClicks(live, user, users.clicked(row));
        LiveRanking ranking = live.instance.ranking(0);

        Query query = new Query(catalog).start(user, users.clicked(row), true, ranking.newestMs());
        float[] expected = new float[query.padded()];
        replayed.served().score(query, expected);

        float[] vector = new float[users.padded()];
        learner.represent(row, vector);
        float[] served = new float[live.instance.table().places()];
        assertThat(ranking.scoreAll(user, clicked, true, vector, served)).isEqualTo(served.length);
        for (int slot = 0; slot < catalog.slots(); slot++) {
            int place = live.instance.table().placeOf(catalog.item(slot).hash());
            assertThat(served[place])
                    .as("user %s, item %s", user, catalog.item(slot))
                    .isCloseTo(expected[slot], within(1e-5f));
        }
    }

    /** A user without a row has clicked nothing. */
    private static RecentItems storedClicks(DrivenTopology live, EntityId user, RecentItems expected) {
        WriteBackStore store = (WriteBackStore) live.driver.getStateStore(Names.USERS);
        byte[] stored = store.get(RowKey.of(user.hash()));
        RecentItems clicked = stored == null
                ? new RecentItems(1)
                : new UserRowFormat().read(stored).clicked();
        assertThat(clicked.size()).isEqualTo(expected.size());
        for (int k = 0; k < clicked.size(); k++) {
            assertThat(clicked.item(k)).isEqualTo(expected.item(k));
        }
        return clicked;
    }

    /** The item view scores by what its learner has, without asking for the whole catalog's rows. */
    @Test
    void theEmbeddingsAloneAreServedWithoutAnyStateOfTheirOwn() {
        Settings settings = TestSettings.settings(1, 1000).serving(ServedConfig.embedding());
        try (DrivenTopology live = new DrivenTopology(settings, directory)) {
            BacktestParityTest.disturbed(1, 200).forEach(live::send);
            assertThat(live.instance.ranking(0)).isNull();
            assertThat(live.driver.getKeyValueStore(Names.RANKING).all().hasNext())
                    .isFalse();
            var metrics = live.instance.learners().get(0).metrics();
            assertThat(metrics.get("learned")).isEqualTo(metrics.get("embedding"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"matching", "hierarchical-softmax"})
    void queriesOnOtherThreadsSeeAWholeRankingAndChangeNothing(String objective) throws Exception {
        Settings settings = objective.equals("matching") ? TestSettings.settings(1, 1000) : objective(objective);
        List<Event> history = BacktestParityTest.disturbed(4, 600);
        PartitionRun alone = new PartitionRun(BacktestParityTest.config(settings, 0.5));
        history.forEach(alone::accept);
        try (DrivenTopology live = new DrivenTopology(settings, directory)) {
            LiveRanking ranking = live.instance.ranking(0);
            AtomicBoolean done = new AtomicBoolean();
            List<CompletableFuture<Integer>> askers = new ArrayList<>();
            for (int k = 0; k < 2; k++) {
                EntityId user = EntityId.of("u-" + k);
                askers.add(CompletableFuture.supplyAsync(() -> askUntil(done, live, ranking, user)));
            }
            history.forEach(live::send);
            done.set(true);
            for (CompletableFuture<Integer> asker : askers) {
                assertThat(asker.get()).isPositive();
            }
            assertThat(weights(bytes(live))).containsExactly(weights(bytes(alone)), within(1e-5f));
        }
    }

    private static int askUntil(AtomicBoolean done, DrivenTopology live, LiveRanking ranking, EntityId user) {
        float[] vector = new float[16];
        int asked = 0;
        while (!done.get() || asked == 0) {
            float[] out = new float[live.instance.table().places()];
            int n = ranking.scoreAll(user, new RecentItems(5), true, vector, out);
            for (int place = 0; place < n; place++) {
                assertThat(out[place]).isNotNaN();
            }
            asked++;
        }
        return asked;
    }

    @Test
    void aTaskThatHasEndedSaysSo() {
        LiveRanking ranking;
        try (DrivenTopology live = new DrivenTopology(TestSettings.settings(1, 1000), directory)) {
            BacktestParityTest.disturbed(1, 50).forEach(live::send);
            ranking = live.instance.ranking(0);
        }
        assertThat(ranking.scoreAll(EntityId.of("u"), new RecentItems(5), true, new float[16], new float[100]))
                .isEqualTo(LiveRanking.ENDED);
    }

    private static byte[] bytes(PartitionRun run) throws IOException {
        var bytes = new ByteArrayOutputStream();
        run.served().writeTo(new DataOutputStream(bytes), run.pipeline().catalog());
        return bytes.toByteArray();
    }

    private static byte[] bytes(DrivenTopology live) throws IOException {
        var bytes = new ByteArrayOutputStream();
        live.instance.ranking(0).ranker().writeWeights(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    /** All floats of the weights and of their steps. */
    private static float[] weights(byte[] blend) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(blend));
        in.readInt();
        int features = in.readInt();
        int buckets = in.readInt();
        in.readInt();
        float[] weights = new float[features * 2 * (1 + buckets)];
        for (int k = 0; k < weights.length; k++) {
            weights[k] = in.readFloat();
        }
        assertThat(weights[0]).isNotEqualTo(0.9f / features);
        return weights;
    }
}
