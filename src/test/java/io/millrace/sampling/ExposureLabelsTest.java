package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.event.Impression;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExposureLabelsTest {

    /** Of the stream in which every impression is a negative first, the weighted gradient is the clean one in the mean. */
    @Test
    void theWeightedGradientIsTheCleanOneAndTheUnweightedIsNot() {
        ExposureLabels labels = labels("fnw");
        double p = 0.3;
        double sigma = 0.6;
        double clean = (1 - p) * sigma - p * (1 - sigma);
        var random = new CounterRandom().reset(3, 1, 1);
        double[] weighted = new double[3];
        double[] plain = new double[3];
        for (int k = 0; k < 40_000; k++) {
            add(weighted, labels.negativeWeight(p) * sigma);
            add(plain, sigma);
            if (random.nextDouble() < p) {
                add(weighted, -labels.positiveWeight(p) * (1 - sigma));
                add(plain, -(1 - sigma));
            }
        }
        assertThat(errors(weighted, clean)).isLessThan(4.5);
        assertThat(errors(plain, clean)).isGreaterThan(20);
    }

    private static void add(double[] sums, double value) {
        sums[0]++;
        sums[1] += value;
        sums[2] += value * value;
    }

    /** How many standard errors a mean is off. */
    private static double errors(double[] sums, double expected) {
        double mean = sums[1] / sums[0];
        return Math.abs(mean - expected) / Math.sqrt((sums[2] / sums[0] - mean * mean) / sums[0]);
    }

    /** {@code fnc} says it learns b = p / (1 + p) by the logit ln σ(s): its weights must give the derivatives of that. */
    @Test
    void theCalibratedWeightsAreTheDerivativesOfTheLogitThatIsLearned() {
        ExposureLabels labels = labels("fnc");
        for (double s = -6; s <= 6; s += 0.5) {
            double p = sigma(s);
            double step = 1e-5;
            double negative = (biased(s + step, false) - biased(s - step, false)) / (2 * step);
            double positive = (biased(s + step, true) - biased(s - step, true)) / (2 * step);
            assertThat(labels.negativeWeight(p) * p).isCloseTo(negative, within(1e-9));
            assertThat(-labels.positiveWeight(p) * (1 - p)).isCloseTo(positive, within(1e-9));
        }
    }

    /** The logistic loss of a label at the logit ln σ(s). */
    private static double biased(double s, boolean clicked) {
        double logit = Math.log(sigma(s));
        return Math.log1p(Math.exp(clicked ? -logit : logit));
    }

    /** Fitted on the doubled stream the score comes to rest at the true rate; without weights at p / (1 + p). */
    @ParameterizedTest
    @ValueSource(strings = {"fnw", "fnc", "delayed"})
    void theFittedProbabilityIsTheTrueOne(String mode) {
        ExposureLabels labels = labels(mode);
        double truth = 0.2;
        int impressions = 200_000;
        double s = 0;
        double sum = 0;
        var random = new CounterRandom().reset(5, 1, 1);
        for (int k = 1; k <= impressions; k++) {
            double rate = Math.max(0.002, 5.0 / k);
            s -= rate * labels.negativeWeight(sigma(s)) * sigma(s);
            if (random.nextDouble() < truth) {
                s += rate * labels.positiveWeight(sigma(s)) * (1 - sigma(s));
            }
            sum += k > impressions / 2 ? sigma(s) : 0;
        }
        double fitted = sum / (impressions / 2);
        double expected = mode.equals("delayed") ? truth / (1 + truth) : truth;
        assertThat(fitted).isCloseTo(expected, within(0.006));
    }

    private static double sigma(double s) {
        return 1 / (1 + Math.exp(-s));
    }

    @Test
    void onlyWhatStandsAboveTheLowestClickOrLittleBelowWasSeen() {
        var labels = new ExposureLabels("delayed", true, 1, 10);
        labels.answered(shown("a", 0));
        labels.answered(shown("a", 2));
        labels.answered(shown("a", 1));
        assertThat(labels.wasSeen(shown("a", 1))).isTrue();
        assertThat(labels.wasSeen(shown("a", 3))).isTrue();
        assertThat(labels.wasSeen(shown("a", 4))).isFalse();
        assertThat(labels.wasSeen(shown("b", 0))).isFalse();
    }

    @Test
    void whereAListOrAPositionIsNotKnownEverythingWasSeen() {
        var labels = new ExposureLabels("delayed", true, 1, 10);
        assertThat(labels.wasSeen(shown("a", -1))).isTrue();
        assertThat(labels.wasSeen(shown(null, 4))).isTrue();
        assertThat(new ExposureLabels("delayed", false, 0, 10).wasSeen(shown("a", 9)))
                .isTrue();
    }

    @Test
    void theListsAreBoundedAndSurviveARestart() throws IOException {
        var labels = new ExposureLabels("delayed", true, 0, 3);
        for (String list : new String[] {"a", "b", "c", "a", "d"}) {
            labels.answered(shown(list, 5));
        }
        var bytes = new ByteArrayOutputStream();
        labels.writeTo(new DataOutputStream(bytes));
        var again = new ExposureLabels("delayed", true, 0, 3);
        again.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        for (ExposureLabels one : new ExposureLabels[] {labels, again}) {
            assertThat(one.wasSeen(shown("a", 5))).isTrue();
            assertThat(one.wasSeen(shown("b", 5)))
                    .as("the list used longest ago")
                    .isFalse();
            assertThat(one.wasSeen(shown("d", 6))).isFalse();
        }
    }

    private static ExposureLabels labels(String mode) {
        return new ExposureLabels(mode, false, 1, 10);
    }

    private static Impression shown(String request, int position) {
        EntityId list = request == null ? null : EntityId.of(request);
        EntityId id = EntityId.of("s" + request + position);
        return new Impression(id, list, EntityId.of("u"), EntityId.of("i"), position, Float.NaN, 1);
    }
}
