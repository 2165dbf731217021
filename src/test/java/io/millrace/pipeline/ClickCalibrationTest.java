package io.millrace.pipeline;

import static io.millrace.pipeline.TestPipeline.clicked;
import static io.millrace.pipeline.TestPipeline.config;
import static io.millrace.pipeline.TestPipeline.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.learning.Exp;
import io.millrace.learning.LearningConfig;
import io.millrace.topology.TestSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ClickCalibrationTest {

    private static final ClickCalibration.Config ON = new ClickCalibration.Config(true, 0.1f, 10_000, 1, 1);

    @Test
    void withoutItNothingIsCalledAClickProbability() {
        assertThat(new TestPipeline(config(TestSettings.learning(), 5), "uniform", Map.of()).pipeline.calibration())
                .isNull();
    }

    @Test
    void itChangesNothingThatIsLearned() {
        TestPipeline without = new TestPipeline(config(TestSettings.learning(), 5), "uniform", Map.of());
        TestPipeline with = calibrated(ON);
        feed(without, 0, 2000);
        feed(with, 0, 2000);
        assertThat(with.ledger).isEqualTo(without.ledger);
    }

    /** A model of sampled negatives scores far from click rates; through the calibration its probabilities sum to them. */
    @Test
    void probabilitiesSumToTheClicks() {
        TestPipeline run = calibrated(ON);
        feed(run, 0, 50_000);
        ClickCalibration calibration = Objects.requireNonNull(run.pipeline.calibration());
        assertThat(calibration.metrics().get("calibration.fading")).isCloseTo(1, within(0.05));
        assertThat(calibration.metrics().get("normalised-entropy.fading")).isLessThan(1.02);
    }

    @Test
    void everyClosedImpressionCountsOnce() {
        TestPipeline run = calibrated(ON);
        run.accept(shown("s1", "u", "i", 1_000_000))
                .accept(clicked("c1", "s1", "u", "i", "click", 1_000_001))
                .accept(clicked("c2", "s1", "u", "i", "like", 1_000_002))
                .accept(shown("s2", "u", "j", 1_000_003))
                .accept(shown("s3", "u", "k", 1_000_004))
                .accept(clicked("c3", "", "u", "orphan", "click", 1_000_005));
        assertThat(closed(run)).isEqualTo(1);
        run.pipeline.advance(1_100_000);
        assertThat(closed(run)).isEqualTo(3);
        run.accept(clicked("c4", "s2", "u", "j", "click", 1_100_001));
        assertThat(closed(run)).isEqualTo(3);
    }

    /** Where seven in a hundred unclicked impressions came here, probabilities are those among all of them. */
    @Test
    void whatWasLeftOutBeforeIsTakenIntoAccount() {
        TestPipeline all = calibrated(ON);
        TestPipeline thinned = calibrated(new ClickCalibration.Config(true, 0.1f, 10_000, 1, 0.07f));
        feed(all, 0, 300);
        feed(thinned, 0, 300);
        double p = Objects.requireNonNull(all.pipeline.calibration()).scale().probability(0.3);
        double corrected =
                Objects.requireNonNull(thinned.pipeline.calibration()).scale().probability(0.3);
        assertThat(corrected).isCloseTo(p / (p + (1 - p) / 0.07), within(1e-7));
    }

    @Test
    void itGoesOnFromAStoppedPipelinesState() throws IOException {
        TestPipeline run = calibrated(ON);
        feed(run, 0, 500);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        run.pipeline.writeTo(new DataOutputStream(bytes));
        TestPipeline again = calibrated(ON);
        again.pipeline.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(Objects.requireNonNull(again.pipeline.calibration()).metrics())
                .isEqualTo(Objects.requireNonNull(run.pipeline.calibration()).metrics());
        TestPipeline off = new TestPipeline(config(TestSettings.learning(), 5), "uniform", Map.of());
        off.pipeline.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(off.pipeline.streamTimeMs()).isEqualTo(run.pipeline.streamTimeMs());
    }

    /**
     * A bias alone is learned from exposures, of which often shown items lose most unclicked ones. With the shift the
     * probability is the true click rate all the same; without it, it is far above.
     */
    @Test
    void theShiftOfLogitsKeepsTheClickRateRightWhereNegativesOfHotItemsAreDropped() {
        double[] rates = {0.05, 0.1, 0.3};
        double[] shifted = learnedRates("logodds", rates);
        double[] plain = learnedRates("none", rates);
        for (int item = 0; item < rates.length; item++) {
            assertThat(shifted[item]).as("item " + item).isCloseTo(rates[item], within(0.2 * rates[item] + 0.01));
            assertThat(plain[item]).as("item " + item).isGreaterThan(1.5 * rates[item]);
        }
    }

    private static double[] learnedRates(String correction, double[] rates) {
        LearningConfig learning =
                new LearningConfig(4, "logistic", "sgd", 0.01f, 0, 1e-6f, 0.1f, 10, 5, 1, 0, 1, true, 1, 1, 42);
        TestPipeline run = new TestPipeline(
                config(learning, 0),
                "uniform",
                Map.of(
                        "real-negative-subsample.variant", "paper",
                        "real-negative-subsample.threshold", "0.02",
                        "real-negative-subsample.correction", correction));
        CounterRandom random = new CounterRandom().reset(8, 0, 0);
        for (int k = 0; k < 40_000; k++) {
            int item = random.nextInt(rates.length);
            long atMs = 1_000_000 + k * 10L;
            run.accept(shown("s" + k, "u" + k % 100, "i" + item, atMs));
            if (random.nextDouble() < rates[item]) {
                run.accept(clicked("c" + k, "s" + k, "u" + k % 100, "i" + item, "click", atMs + 1));
            }
        }
        double[] learned = new double[rates.length];
        for (int item = 0; item < rates.length; item++) {
            int row = run.items.row(run.catalog.slotOf(EntityId.of("i" + item).hash()));
            learned[item] = Exp.sigmoid(run.items.floats()[run.items.bias(row)]);
        }
        return learned;
    }

    private static long closed(TestPipeline run) {
        return Objects.requireNonNull(run.pipeline.calibration()).closed();
    }

    private static TestPipeline calibrated(ClickCalibration.Config calibration) {
        PipelineConfig config =
                config(TestSettings.learning(), 5).with(io.millrace.sampling.PositiveFilter.Config.NONE, calibration);
        return new TestPipeline(config, "uniform", Map.of());
    }

    /** Items of different click rates, 0.05 on average. */
    private static void feed(TestPipeline run, int from, int to) {
        CounterRandom random = new CounterRandom();
        for (int k = from; k < to; k++) {
            random.reset(3, k, 0);
            int item = random.nextInt(20);
            String user = "u" + random.nextInt(50);
            long atMs = 1_000_000 + k * 20L;
            run.accept(shown("s" + k, user, "i" + item, atMs));
            if (random.nextDouble() < 0.005 * item) {
                run.accept(clicked("c" + k, "s" + k, user, "i" + item, "click", atMs + 1));
            }
        }
    }
}
