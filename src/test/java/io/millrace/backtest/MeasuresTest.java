package io.millrace.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MeasuresTest {

    @Test
    void aCurveOfAnyLengthKeepsItsMean() {
        Random random = new Random(1);
        for (int length : new int[] {1, 7, 400, 401, 100_000}) {
            Curve curve = new Curve(1);
            double sum = 0;
            for (int k = 0; k < length; k++) {
                double value = random.nextDouble();
                sum += value;
                curve.add(k, new double[] {value});
            }
            assertThat(curve.meansFrom(0)[0]).as("of %d", length).isCloseTo(sum / length, within(1e-9));
            assertThat(curve.points(60)).hasSizeBetween(1, 60);
            assertThat(curve.points(60).stream()
                            .mapToLong(Curve.Point::observations)
                            .sum())
                    .isEqualTo(length);
        }
    }

    @Test
    void noTwoTicksOfAnAxisReadTheSame() {
        for (double most : new double[] {7, 90, 900, 2_250, 2_600, 9_000, 24_000, 600_000, 1_100_000, 35_000_000}) {
            double step = LineChart.step(most);
            List<String> ticks = new ArrayList<>();
            for (double x = 0; x <= most; x += step) {
                ticks.add(LineChart.count(x));
            }
            assertThat(ticks).as("up to %.0f", most).hasSizeGreaterThan(2).doesNotHaveDuplicates();
        }
    }

    @Test
    void theLastFifthOfACurveIsItsLastFifth() {
        Curve curve = new Curve(1);
        for (int k = 0; k < 10_000; k++) {
            curve.add(k, new double[] {k < 8000 ? 0 : 1});
        }
        assertThat(curve.meansFrom(0.8)[0]).isCloseTo(1, within(0.01));
        assertThat(curve.meansFrom(0.5)[0]).isCloseTo(0.4, within(0.005));
    }

    @Test
    void aucIsTheShareOfPairsInOrderAndTiesCountHalf() {
        WholeAuc auc = new WholeAuc();
        auc.add(0.9, true);
        auc.add(0.2, false);
        auc.add(0.5, true);
        auc.add(0.5, false);
        auc.add(0.7, false);
        assertThat(auc.auc()).isEqualTo((3 + 1.5) / 6);
    }

    @Test
    void linesOfJsonAreEventsAndOthersAreCounted() throws IOException {
        String text = "{\"id\":\"i1\",\"user\":\"u\",\"item\":\"a\",\"at\":5}\n\n"
                + "{\"type\":\"click\",\"id\":\"c1\",\"user\":\"u\",\"item\":\"a\",\"at\":6}\nnonsense\n";
        try (JsonLines lines = new JsonLines(new BufferedReader(new StringReader(text)), Map.of())) {
            assertThat(lines.next().id().text()).isEqualTo("i1");
            assertThat(lines.next().id().text()).isEqualTo("c1");
            assertThat(lines.hasNext()).isFalse();
            assertThat(lines.refused()).isEqualTo(1);
            assertThat(lines.firstRefusal()).startsWith("line 4: ");
        }
    }
}
