package io.millrace.pipeline;

import static io.millrace.pipeline.TestPipeline.clicked;
import static io.millrace.pipeline.TestPipeline.config;
import static io.millrace.pipeline.TestPipeline.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.millrace.event.EntityId;
import io.millrace.event.InvalidSetting;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.LossConfig;
import io.millrace.learning.NewcomerConfig;
import io.millrace.topology.TestSettings;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How users and items start of whom nothing is known. */
class NewcomersTest {

    private static final long START_MS = 1_000_000;

    private long nowMs = START_MS;

    @Test
    void afterEachOfTheFirstClicksAUsersVectorIsTheMeanOfTheItemsClickedSoFar() {
        TestPipeline run = foldingIn(3);
        for (int clicks = 1; clicks <= 3; clicks++) {
            click(run, "u", "i" + clicks);
            assertThat(distanceToMean(run, "u", clicks))
                    .as("after %d clicks", clicks)
                    .isLessThan(1e-6);
        }
        click(run, "u", "i4");
        assertThat(distanceToMean(run, "u", 4)).isGreaterThan(0.05);
    }

    @Test
    void laterClicksGoOnFromThere() {
        TestPipeline run = foldingIn(1);
        click(run, "v", "other");
        click(run, "u", "i1");
        float[] start = user(run, "u");
        click(run, "u", "i2");
        float[] stepped = user(run, "u");
        assertThat(distance(start, stepped)).isBetween(1e-4, 0.5);
    }

    @Test
    void anItemThatWasClickedTwiceCountsTwice() {
        TestPipeline run = foldingIn(3);
        click(run, "u", "i1");
        click(run, "u", "i1");
        click(run, "u", "i2");
        float[] once = item(run, "i2");
        float[] twice = item(run, "i1");
        float[] mean = new float[once.length];
        for (int f = 0; f < mean.length; f++) {
            mean[f] = (2 * twice[f] + once[f]) / 3;
        }
        assertThat(distance(user(run, "u"), mean)).isLessThan(1e-6);
    }

    @Test
    void itemsThatHaveGoneAreLeftOut() {
        TestPipeline run = foldingIn(3);
        click(run, "u", "i1");
        run.catalog.retire(EntityId.of("i1").hash());
        click(run, "u", "i2");
        assertThat(distance(user(run, "u"), item(run, "i2"))).isLessThan(1e-6);
    }

    @Test
    void aUserWhoWasFoldedInIsKeptToTheLargestNormAllowed() {
        LearningConfig learning = new LearningConfig(
                        16, "logistic", "sgd", 1f, 0, 0.3f, 0.5f, 10, 5, 1, 0, 0.7f, false, 0.1f, 1, 42)
                .withNewcomers(new NewcomerConfig(3, "zero"));
        TestPipeline run = new TestPipeline(config(learning, 3), "uniform", Map.of());
        Random random = new Random(1);
        for (int k = 0; k < 300; k++) {
            String user = "u" + random.nextInt(10);
            click(run, user, "i" + random.nextInt(8));
            assertThat(norm(user(run, user))).isLessThan(0.5 * (1 + 1e-5));
        }
        assertThat(norm(user(run, "u1"))).isGreaterThan(0.4);
    }

    @Test
    void withoutFoldInAUserStartsAtRandom() {
        TestPipeline run = foldingIn(0);
        click(run, "u", "i1");
        assertThat(distanceToMean(run, "u", 1)).isGreaterThan(0.3);
    }

    @Test
    void foldingInAllocatesNothing() {
        TestPipeline run = foldingIn(3);
        for (int clicks = 1; clicks <= 3; clicks++) {
            click(run, "u", "i" + clicks);
        }
        int row = run.users.row(EntityId.of("u"));
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        // Vector code allocates until it has been compiled, so the round that counts is the best one.
        for (int round = 0; round < 200 && least > 1000; round++) {
            long before = bean.getThreadAllocatedBytes(thread);
            for (int k = 0; k < 2000; k++) {
                run.pipeline.learner().foldIn(row);
            }
            least = Math.min(least, bean.getThreadAllocatedBytes(thread) - before);
        }
        assertThat(least).isLessThan(1000);
    }

    @Test
    void asManyClicksAreKeptAsAreFoldedIn() {
        InvalidSetting refused =
                catchThrowableOfType(InvalidSetting.class, () -> Compatibility.checkHistory(learning(6, "zero"), 5));
        assertThat(refused.getMessage()).isEqualTo("history.clicked = 5, expected at least learning.fold-in = 6");
    }

    @Test
    void aNewItemStartsAboutAtTheMedianOfTheBiasesBeforeAnythingIsLearnedOfIt() {
        TestPipeline run = new TestPipeline(config(learning(0, "median"), 5), "uniform", Map.of());
        live(run, 800);
        float[] biases = biases(run);
        show(run, "new");
        int row = run.items.row(slot(run, "new"));
        assertThat(run.items.updates(row)).isZero();
        assertThat(run.items.changes(row))
                .as("so that it is ranked by its bias")
                .isOne();
        float start = bias(run, "new");
        assertThat(start).isNotZero().isBetween(biases[biases.length / 4], biases[3 * biases.length / 4]);
    }

    @Test
    void anItemThatIsNewByAClickStartsThereToo() {
        LearningConfig learning = learning(0, "median").withLoss("logistic", LossConfig.DEFAULT);
        TestPipeline run = new TestPipeline(config(learning, 0), "uniform", Map.of());
        live(run, 300);
        float[] biases = biases(run);
        click(run, "u1", "new");
        assertThat(biases[biases.length / 4]).isPositive();
        assertThat(bias(run, "new")).isGreaterThan(biases[biases.length / 4]);
    }

    @Test
    void itStartsAtZeroUnlessOtherwiseAskedFor() {
        TestPipeline run = new TestPipeline(config(learning(0, "zero"), 5), "uniform", Map.of());
        live(run, 300);
        show(run, "new");
        assertThat(bias(run, "new")).isZero();
        assertThat(run.items.changes(run.items.row(slot(run, "new")))).isZero();
    }

    private static LearningConfig learning(int foldIn, String newItemBias) {
        return TestSettings.learning().withNewcomers(new NewcomerConfig(foldIn, newItemBias));
    }

    private static TestPipeline foldingIn(int clicks) {
        return new TestPipeline(config(learning(clicks, "zero"), 3), "uniform", Map.of());
    }

    private void click(TestPipeline run, String user, String item) {
        nowMs += 1000;
        run.accept(clicked("c" + nowMs, "", user, item, "click", nowMs));
    }

    private void show(TestPipeline run, String item) {
        nowMs += 1000;
        run.accept(shown("s" + nowMs, "u", item, nowMs));
    }

    private void live(TestPipeline run, int clicks) {
        Random random = new Random(1);
        for (int k = 0; k < clicks; k++) {
            double skewed = random.nextDouble() * random.nextDouble();
            click(run, "u" + random.nextInt(30), "i" + (int) (40 * skewed));
        }
    }

    private static int slot(TestPipeline run, String item) {
        return run.catalog.slotOf(EntityId.of(item).hash());
    }

    private static float bias(TestPipeline run, String item) {
        int row = run.items.row(slot(run, item));
        return run.items.floats()[run.items.bias(row)];
    }

    private static float[] biases(TestPipeline run) {
        float[] biases = new float[run.catalog.size()];
        for (int slot = 0; slot < biases.length; slot++) {
            biases[slot] = bias(run, run.catalog.item(slot).text());
        }
        Arrays.sort(biases);
        return biases;
    }

    private static float[] item(TestPipeline run, String item) {
        int at = run.items.target(run.items.row(slot(run, item)));
        return Arrays.copyOfRange(run.items.floats(), at, at + run.items.padded());
    }

    private static float[] user(TestPipeline run, String user) {
        int at = run.users.vector(run.users.row(EntityId.of(user)));
        return Arrays.copyOfRange(run.users.floats(), at, at + run.users.padded());
    }

    /** From a user's vector to the mean of i1, i2, ... as they are now. */
    private static double distanceToMean(TestPipeline run, String user, int items) {
        List<float[]> clicked = new ArrayList<>();
        for (int k = 1; k <= items; k++) {
            clicked.add(item(run, "i" + k));
        }
        float[] mean = new float[clicked.get(0).length];
        for (float[] vector : clicked) {
            for (int f = 0; f < mean.length; f++) {
                mean[f] += vector[f] / items;
            }
        }
        return distance(user(run, user), mean);
    }

    private static double norm(float[] vector) {
        return distance(vector, new float[vector.length]);
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int f = 0; f < a.length; f++) {
            sum += (a[f] - b[f]) * (a[f] - b[f]);
        }
        return Math.sqrt(sum);
    }
}
