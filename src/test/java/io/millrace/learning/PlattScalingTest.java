package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.evaluation.ProbabilityMetrics;
import io.millrace.event.CounterRandom;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PlattScalingTest {

    private final CounterRandom random = new CounterRandom().reset(4, 0, 0);

    /** Clicks of probability 0.001 to 0.5, of the others 7 % kept: what is learned from them is far too high. */
    @Test
    void aConstantKeepRateIsTakenBackExactly() {
        double kept = 0.07;
        KeepRates rates = new KeepRates(1, kept);
        ProbabilityMetrics before = new ProbabilityMetrics(400_000);
        ProbabilityMetrics after = new ProbabilityMetrics(400_000);
        for (int k = 0; k < 400_000; k++) {
            double p = 0.001 + 0.499 * random.nextDouble();
            double learned = p / (p + (1 - p) * kept);
            boolean clicked = random.nextDouble() < p;
            before.observe(learned, clicked, k);
            after.observe(rates.corrected(learned), clicked, k);
            assertThat(rates.corrected(learned)).isCloseTo(p, within(1e-12));
            assertThat(logit(rates.corrected(learned))).isCloseTo(logit(learned) + rates.shift(), within(1e-9));
        }
        assertThat(before.ece()).isGreaterThan(0.2);
        assertThat(after.ece()).isLessThan(0.005);
    }

    @Test
    void thinnedClicksAreTakenBackAsWell() {
        KeepRates rates = new KeepRates(0.5, 0.1);
        double p = 0.2;
        double learned = 0.5 * p / (0.5 * p + 0.1 * (1 - p));
        assertThat(rates.corrected(learned)).isCloseTo(p, within(1e-12));
    }

    @Test
    void calibratedScoresAreLeftAsTheyAre() {
        PlattScaling platt = learned(1, 0);
        assertThat(platt.slope()).isCloseTo(1, within(0.05));
        assertThat(platt.offset()).isCloseTo(0, within(0.1));
    }

    @Test
    void scoresOfAnotherScaleAndPlaceAreBroughtToTheClickRate() {
        PlattScaling platt = learned(0.5, 2);
        assertThat(platt.slope()).isCloseTo(0.5, within(0.05));
        assertThat(platt.offset()).isCloseTo(2, within(0.1));
    }

    @Test
    void theExpectedCalibrationErrorOfSampledNegativesScoresIsRepaired() {
        PlattScaling platt = new PlattScaling(0.1, 100_000);
        ProbabilityMetrics before = new ProbabilityMetrics(200_000);
        ProbabilityMetrics after = new ProbabilityMetrics(200_000);
        for (int k = 0; k < 400_000; k++) {
            double p = 0.001 + 0.499 * random.nextDouble();
            double score = logit(p) - Math.log(0.07);
            boolean clicked = random.nextDouble() < p;
            before.observe(Exp.sigmoid(score), clicked, k);
            after.observe(platt.probability(score), clicked, k);
            platt.learn(score, clicked);
        }
        assertThat(before.ece()).isGreaterThan(0.2);
        assertThat(after.ece()).isLessThan(0.005);
    }

    /** After a correction the gradients of the two labels are those of the right one alone. */
    @Test
    void aCorrectionTakesTheWrongLabelBack() {
        PlattScaling platt = new PlattScaling(0.02, 1_000_000);
        for (int k = 0; k < 100_000; k++) {
            platt.learn(0.3, false);
            platt.correct(0.3);
            platt.learn(0.3, false);
        }
        assertThat(platt.probability(0.3)).isCloseTo(0.5, within(0.02));
    }

    @Test
    void extremeScoresDoNoHarm() {
        PlattScaling platt = new PlattScaling(1, 100);
        double[] scores = {0, 1e300, -1e300, 35, -35};
        for (int k = 0; k < 10_000; k++) {
            double score = scores[random.nextInt(scores.length)];
            platt.learn(score, random.nextInt(2) == 0);
            assertThat(platt.probability(score)).isBetween(0.0, 1.0);
        }
    }

    @Test
    void itGoesOnFromWhatWasWritten() throws IOException {
        PlattScaling platt = learned(0.5, 2);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        platt.writeTo(new DataOutputStream(bytes));
        PlattScaling again = new PlattScaling(0.1, 100_000);
        again.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        platt.learn(1, true);
        again.learn(1, true);
        assertThat(again.slope()).isEqualTo(platt.slope());
        assertThat(again.offset()).isEqualTo(platt.offset());
    }

    /** Scores around -2, clicked with probability σ(slope × score + offset). */
    private PlattScaling learned(double slope, double offset) {
        PlattScaling platt = new PlattScaling(0.1, 100_000);
        for (int k = 0; k < 500_000; k++) {
            double score = -2 + 4 * (random.nextDouble() + random.nextDouble() - 1);
            platt.learn(score, random.nextDouble() < Exp.sigmoid(slope * score + offset));
        }
        return platt;
    }

    private static double logit(double p) {
        return Math.log(p / (1 - p));
    }
}
