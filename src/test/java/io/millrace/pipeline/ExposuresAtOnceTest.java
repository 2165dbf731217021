package io.millrace.pipeline;

import static io.millrace.pipeline.TestPipeline.clicked;
import static io.millrace.pipeline.TestPipeline.config;
import static io.millrace.pipeline.TestPipeline.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.event.Impression;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.LossConfig;
import io.millrace.topology.TestSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Impressions that are negatives at once, and what makes up for it when the click comes. The window is a minute. */
class ExposuresAtOnceTest {

    private static final long T = 1_000_000;

    private static TestPipeline run(String mode) {
        LearningConfig learning = TestSettings.learning().withLoss("logistic", LossConfig.DEFAULT);
        return new TestPipeline(config(learning, 0), "uniform", Map.of("exposed.mode", mode));
    }

    @Test
    void anImpressionIsANegativeAtOnceAndNotAgainWhenItsWindowHasPassed() {
        TestPipeline run = run("fnw");
        run.accept(shown("s", "u", "i", T));
        assertThat(run.ledger).extracting(TestPipeline.Learned::kind).containsExactly(Example.Kind.EXPOSED_NEGATIVE);
        float atOnce = run.ledger.get(0).weight();
        assertThat(atOnce).isCloseTo(0.1f * 0.75f, within(0.01f)); // at p near 1/2: (1 - p)(1 + p)
        run.pipeline.advance(T + 200_000);
        assertThat(run.ledger).hasSize(1);
        assertThat(exposed(run, "u", "i")).isTrue();
    }

    @Test
    void untilItsWindowHasPassedItIsNotInTheRing() {
        TestPipeline run = run("fnc");
        run.accept(shown("s", "u", "i", T));
        assertThat(exposed(run, "u", "i")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {59_999, 60_000, 60_001, 70_000, 110_000})
    void theFirstClickMakesUpForTheNegativeWheneverItComes(long after) {
        TestPipeline run = run("fnw");
        run.accept(shown("s", "u", "i", T));
        run.pipeline.advance(T + after - 1);
        run.accept(clicked("c", "s", "u", "i", "click", T + after));
        run.accept(clicked("d", "s", "u", "i", "click", T + after + 1));
        assertThat(run.ledger)
                .extracting(TestPipeline.Learned::kind)
                .containsExactly(Example.Kind.EXPOSED_NEGATIVE, Example.Kind.POSITIVE, Example.Kind.POSITIVE);
        assertThat(run.ledger.get(1).weight()).as("1 + p").isCloseTo(1.5f, within(0.05f));
        assertThat(run.ledger.get(2).weight()).isEqualTo(1f);
        assertThat(exposed(run, "u", "i")).isFalse();
    }

    @Test
    void aClickWithoutAnImpressionMakesUpForNothing() {
        TestPipeline run = run("fnw");
        run.accept(clicked("c", "", "u", "i", "click", T));
        assertThat(run.ledger).extracting(TestPipeline.Learned::weight).containsExactly(1f);
    }

    @Test
    void delayedImpressionsWeighWhatTheyAlwaysDid() {
        TestPipeline run = run("delayed");
        run.accept(shown("s", "u", "i", T)).accept(clicked("c", "s", "u", "i", "click", T + 10));
        run.accept(shown("t", "u", "j", T + 20)).pipeline.advance(T + 200_000);
        assertThat(run.ledger).extracting(TestPipeline.Learned::weight).containsExactly(1f, 0.1f);
    }

    /** With impressions of weight 1 and no sampled negatives σ(score) is the click rate, though no window was waited for. */
    @ParameterizedTest
    @ValueSource(strings = {"fnw", "fnc"})
    void theScoreComesToTheTrueClickRate(String mode) {
        LearningConfig learning =
                new LearningConfig(4, "logistic", "sgd", 0.004f, 0, 0.01f, 0.1f, 10, 5, 1, 0, 1, true, 1f, 1, 42);
        TestPipeline run = new TestPipeline(config(learning, 0), "uniform", Map.of("exposed.mode", mode));
        var random = new CounterRandom().reset(1, 1, 1);
        double sum = 0;
        int impressions = 40_000;
        for (int k = 0; k < impressions; k++) {
            long atMs = T + k * 100L;
            String user = "u" + k % 50;
            run.accept(shown("s" + k, user, "i", atMs));
            if (random.nextDouble() < 0.25) {
                run.accept(clicked("c" + k, "s" + k, user, "i", "click", atMs + 50));
            }
            sum += k >= impressions / 2 ? sigmoidOfBias(run) : 0;
        }
        assertThat(sum / (impressions / 2)).isCloseTo(0.25, within(0.02));
    }

    private static double sigmoidOfBias(TestPipeline run) {
        int slot = run.catalog.slotOf(EntityId.of("i").hash());
        return 1 / (1 + Math.exp(-run.items.floats()[run.items.bias(run.items.row(slot))]));
    }

    @Test
    void whatStandsFarBelowTheLowestClickIsNotRemembered() {
        TestPipeline run =
                new TestPipeline(config(TestSettings.learning(), 0), "uniform", Map.of("exposed.skip-above", "true"));
        for (int position = 0; position < 6; position++) {
            run.accept(new Impression(
                    EntityId.of("s" + position),
                    EntityId.of("list"),
                    EntityId.of("u"),
                    EntityId.of("i" + position),
                    position,
                    Float.NaN,
                    T));
        }
        run.accept(clicked("c", "s2", "u", "i2", "click", T + 10)).pipeline.advance(T + 200_000);
        assertThat(List.of(0, 1, 2, 3, 4, 5))
                .filteredOn(position -> exposed(run, "u", "i" + position))
                .containsExactly(0, 1, 3);
    }

    private static boolean exposed(TestPipeline run, String user, String item) {
        int row = run.users.row(EntityId.of(user));
        return run.users.exposed(row).contains(EntityId.of(item).hash());
    }
}
