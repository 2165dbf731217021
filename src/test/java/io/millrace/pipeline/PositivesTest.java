package io.millrace.pipeline;

import static io.millrace.pipeline.TestPipeline.clicked;
import static io.millrace.pipeline.TestPipeline.config;
import static io.millrace.pipeline.TestPipeline.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.attribution.Balance;
import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.sampling.PositiveFilter;
import io.millrace.topology.TestSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PositivesTest {

    private static final PositiveFilter.Config THINNED = new PositiveFilter.Config("c", 0.001f, 0.5f, "none");

    @Test
    void aClickThatIsNotLearnedFromDoesNotVanish() {
        TestPipeline run = new TestPipeline(
                config(TestSettings.learning(), 5).with(THINNED, ClickCalibration.Config.OFF), "uniform", Map.of());
        for (int k = 0; k < 400; k++) {
            run.accept(clicked("c" + k, "", "u" + k % 7, k % 2 == 0 ? "hot" : "i" + k % 40, "click", 1_000_000 + k));
        }
        List<TestPipeline.Learned> hot =
                run.ledger.stream().filter(e -> e.item().equals("hot")).toList();
        assertThat(hot).hasSize(200);
        assertThat(hot.stream().filter(e -> e.weight() == 0)).hasSizeBetween(150, 199);
        assertThat(hot).allMatch(e -> e.stepped() == e.weight() > 0);
        assertThat(run.evaluated).isEqualTo(400);
        int slot = run.catalog.slotOf(EntityId.of("hot").hash());
        assertThat(run.counts.clicks(slot)).isEqualTo(200);
        assertThat(run.items.updates(run.items.row(slot))).isGreaterThanOrEqualTo((int)
                hot.stream().filter(e -> e.weight() > 0).count());
        for (int u = 0; u < 7; u++) {
            int row = run.users.row(EntityId.of("u" + u));
            assertThat(run.users.clicked(row).contains(EntityId.of("hot").hash()))
                    .isTrue();
        }
    }

    @Test
    void theSameClicksAreLeftOutInEveryRun() {
        PipelineConfig config = config(TestSettings.learning(), 5).with(THINNED, ClickCalibration.Config.OFF);
        TestPipeline first = new TestPipeline(config, "uniform", Map.of());
        TestPipeline second = new TestPipeline(config, "uniform", Map.of());
        for (int k = 0; k < 300; k++) {
            first.accept(clicked("c" + k, "", "u" + k % 7, "i" + k % 3, "click", 1_000_000 + k));
            second.accept(clicked("c" + k, "", "u" + k % 7, "i" + k % 3, "click", 1_000_000 + k));
        }
        assertThat(second.ledger).isEqualTo(first.ledger);
        assertThat(first.ledger).anyMatch(e -> e.weight() == 0);
    }

    @Test
    void anImpressionWhoseClickIsLeftOutIsNoNegative() {
        TestPipeline run = new TestPipeline(
                config(TestSettings.learning(), 5).with(THINNED, ClickCalibration.Config.OFF), "uniform", Map.of());
        for (int k = 0; k < 100; k++) {
            long atMs = 1_000_000 + k * 10L;
            run.accept(shown("s" + k, "u" + k, "hot", atMs));
            run.accept(clicked("c" + k, "s" + k, "u" + k, "hot", "click", atMs + 1));
        }
        run.pipeline.advance(10_000_000);
        assertThat(run.ledger).hasSize(100).allMatch(e -> e.kind() == Example.Kind.POSITIVE);
        assertThat(run.pipeline.balance().get(Balance.Count.CLICKS_ANSWERED)).isEqualTo(100);
        assertThat(run.pipeline.balance().balances()).isTrue();
    }

    /**
     * Weight as negative over weight as positive, of the most popular tenth of items against the least popular one. Uniform
     * negatives push the tail down many times as hard as they push the head; with hot items less often positives and more
     * often negatives, the two are within a small factor.
     */
    @Test
    void hotItemsLessOftenAsPositivesAndMoreOftenAsNegativesEvenTheBalanceOut() {
        PipelineConfig plain = config(TestSettings.learning(), 5);
        double without = spread(new TestPipeline(plain, "uniform", Map.of()));
        double with = spread(new TestPipeline(
                plain.with(THINNED, ClickCalibration.Config.OFF),
                "mix",
                Map.of("mix.popularity", "0.6", "mix.uniform", "0.4")));
        assertThat(without).isGreaterThan(10);
        assertThat(with).isBetween(0.2, without / 5);
    }

    /** The balance of the last tenth over that of the first, on a stream of clicks whose items follow Zipf's law. */
    private static double spread(TestPipeline run) {
        int items = 200;
        CounterRandom random = new CounterRandom().reset(6, 0, 0);
        for (int k = 0; k < 15_000; k++) {
            int item = (int) Math.pow(items, random.nextDouble()) - 1;
            run.accept(clicked("c" + k, "", "u" + random.nextInt(2000), "i" + item, "click", 1_000_000 + k));
        }
        double[] positive = new double[items];
        double[] negative = new double[items];
        for (TestPipeline.Learned example : run.ledger) {
            positive[run.catalog.slotOf(EntityId.of(example.item()).hash())] += example.weight();
            example.negatives().forEach(slot -> negative[slot] += example.weight());
        }
        List<Integer> byClicks = IntStream.range(0, run.catalog.slots())
                .boxed()
                .sorted(Comparator.comparing(slot -> -run.counts.clicks(slot)))
                .toList();
        int tenth = byClicks.size() / 10;
        return balance(byClicks.subList(9 * tenth, 10 * tenth), positive, negative)
                / balance(byClicks.subList(0, tenth), positive, negative);
    }

    private static double balance(List<Integer> slots, double[] positive, double[] negative) {
        return slots.stream().mapToDouble(s -> negative[s]).sum()
                / slots.stream().mapToDouble(s -> positive[s]).sum();
    }
}
