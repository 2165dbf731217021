package io.millrace.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProbabilityMetricsTest {

    private final ProbabilityMetrics metrics = new ProbabilityMetrics(1000);

    @Test
    void perfectOrderHasAucOneAndTheReverseZero() {
        observe(1, 0.1, false);
        observe(1, 0.9, true);
        assertThat(metrics.auc()).isEqualTo(1);
        observe(1, 0.95, false);
        observe(1, 0.05, true);
        assertThat(metrics.auc()).isEqualTo(0.25);
    }

    @Test
    void aucAgreesWithCountingPairsTiesIncluded() {
        CounterRandom random = new CounterRandom();
        for (int seed = 0; seed < 50; seed++) {
            random.reset(seed, 0, 0);
            ProbabilityMetrics some = new ProbabilityMetrics(100);
            double[] p = new double[60];
            boolean[] clicked = new boolean[60];
            for (int k = 0; k < 60; k++) {
                p[k] = random.nextInt(12) / 12.0;
                clicked[k] = random.nextInt(3) == 0;
                some.observe(p[k], clicked[k], 1);
            }
            assertThat(some.auc()).as("seed %d", seed).isEqualTo(pairs(p, clicked), within(1e-12));
            assertThat(some.windowGroupedAuc()).as("seed %d", seed).isEqualTo(pairs(p, clicked), within(1e-12));
        }
    }

    private static double pairs(double[] p, boolean[] clicked) {
        double wins = 0;
        double pairs = 0;
        for (int i = 0; i < p.length; i++) {
            for (int j = 0; j < p.length; j++) {
                if (clicked[i] && !clicked[j]) {
                    wins += p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0;
                    pairs++;
                }
            }
        }
        return wins / pairs;
    }

    @Test
    void windowForgetsWhatIsOlder() {
        ProbabilityMetrics small = new ProbabilityMetrics(100);
        for (int k = 0; k < 500; k++) {
            small.observe(k < 400 == (k % 2 == 0) ? 0.9 : 0.1, k % 2 == 1, 1);
        }
        assertThat(small.auc()).isEqualTo(1);
    }

    @Test
    void groupsAreRequestsWithBothLabels() {
        observe(1, 0.3, true);
        observe(1, 0.2, false);
        observe(2, 0.9, false);
        observe(2, 0.8, true);
        observe(3, 0.9, false);
        observe(1, 0.1, false);
        assertThat(metrics.groups()).isEqualTo(2);
        assertThat(metrics.groupedAuc()).isEqualTo(0.5);
        assertThat(metrics.windowGroupedAuc()).isEqualTo(0.5);
    }

    @Test
    void constantClickRateHasNormalisedEntropyOneAndNoCalibrationError() {
        for (int k = 0; k < 1000; k++) {
            observe(k, 0.2, k % 5 == 0);
        }
        assertThat(metrics.normalisedEntropy()).isEqualTo(1, within(1e-9));
        assertThat(metrics.calibration()).isEqualTo(1, within(1e-9));
        assertThat(metrics.ece()).isEqualTo(0, within(1e-9));
        assertThat(metrics.auc()).isEqualTo(0.5);
    }

    @Test
    void honestProbabilitiesAreCalibratedAndInflatedOnesAreNot() {
        ProbabilityMetrics honest = ProbabilityMetrics.standard();
        ProbabilityMetrics inflated = ProbabilityMetrics.standard();
        CounterRandom random = new CounterRandom().reset(5, 0, 0);
        for (int k = 0; k < 20_000; k++) {
            double p = random.nextDouble() * 0.5;
            boolean clicked = random.nextDouble() < p;
            honest.observe(p, clicked, k);
            inflated.observe(p * 1.5, clicked, k);
        }
        assertThat(honest.ece()).isLessThan(0.02);
        assertThat(honest.normalisedEntropy()).isLessThan(1);
        assertThat(inflated.ece()).isGreaterThan(0.1);
        assertThat(inflated.calibration()).isBetween(1.4, 1.6);
        assertThat(inflated.auc()).isEqualTo(honest.auc(), within(1e-9));
        assertThat(inflated.logLoss()).isGreaterThan(honest.logLoss());
    }

    @Test
    void certainMistakeCostsMuchButNotInfinitely() {
        observe(1, 0, true);
        assertThat(metrics.logLoss()).isBetween(20.0, 40.0);
    }

    @Test
    void restoredMetricsGoOnAsIfNothingHappened() throws IOException {
        ProbabilityMetrics whole = new ProbabilityMetrics(1000);
        feed(whole, 0, 2500);
        feed(metrics, 0, 1700);
        ProbabilityMetrics second = new ProbabilityMetrics(1000);
        second.readFrom(new DataInputStream(new ByteArrayInputStream(bytes(metrics))));
        feed(second, 1700, 2500);
        assertThat(bytes(second)).isEqualTo(bytes(whole));
        assertThat(second.auc()).isEqualTo(whole.auc());
    }

    private static void feed(ProbabilityMetrics into, int from, int to) {
        CounterRandom random = new CounterRandom();
        for (int n = from; n < to; n++) {
            random.reset(1, n, 0);
            into.observe(random.nextDouble(), random.nextInt(3) == 0, n / 7);
        }
    }

    private void observe(long request, double p, boolean clicked) {
        metrics.observe(p, clicked, request);
    }

    private static byte[] bytes(ProbabilityMetrics of) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        of.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
