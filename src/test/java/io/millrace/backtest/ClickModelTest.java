package io.millrace.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClickModelTest {

    private static final ClickModel.Expected EVEN = new ClickModel.Expected(0.25, 0.25);

    @Test
    void aClickModelLearnsWhichItemsAreClicked() {
        ClickModel model = new ClickModel();
        Random random = new Random(3);
        for (int k = 0; k < 20_000; k++) {
            int item = random.nextInt(2);
            float[] x = alone(model, item, k);
            model.shown(item, k);
            model.learn(x, item, 0, random.nextDouble() < (item == 0 ? 0.1 : 0.4), EVEN, k);
        }
        assertThat(model.predict(alone(model, 0, 20_000), 0, 0)).isCloseTo(0.1, within(0.03));
        assertThat(model.predict(alone(model, 1, 20_000), 1, 0)).isCloseTo(0.4, within(0.06));
    }

    @Test
    void longListsAreClickedLessPerImpressionAndTheModelLearnsThat() {
        ClickModel model = new ClickModel();
        Random random = new Random(5);
        for (int k = 0; k < 4000; k++) {
            long atMs = 1_000_000L * k;
            List<float[]> list = list(model, k % 2 == 0 ? 2 : 20, atMs);
            int clicked = random.nextInt(list.size());
            for (int place = 0; place < list.size(); place++) {
                model.learn(list.get(place), place, 0, place == clicked, EVEN, atMs);
            }
        }
        assertThat(model.predict(list(model, 2, 5_000_000_000L).get(0), 0, 0)).isCloseTo(0.5, within(0.12));
        assertThat(model.predict(list(model, 20, 5_000_000_000L).get(0), 0, 0)).isCloseTo(0.05, within(0.02));
    }

    private static float[] alone(ClickModel model, int item, long atMs) {
        float[] x = model.features(item, 0, 0, -1, 0, atMs);
        model.complete(List.of(x), new long[] {item}, 0, atMs);
        return x;
    }

    private static List<float[]> list(ClickModel model, int size, long atMs) {
        float[][] rows = new float[size][];
        long[] items = new long[size];
        for (int k = 0; k < size; k++) {
            rows[k] = model.features(k, 0, 0, -1, 0, atMs);
            items[k] = k;
        }
        model.complete(List.of(rows), items, 0, atMs);
        return List.of(rows);
    }

    @Test
    void anImpressionAloneIsAtTheMeanOfItsList() {
        float[] x = {3, 0, 0, 0};
        new ListFeatures(1, 0).complete(List.of(x), new long[] {7});
        assertThat(x).containsExactly(3, 0, 0, 0);
    }

    @Test
    void aListTellsItsSizeItsRepeatsAndTheDistanceToItsMean() {
        float[] a = {1, 0, 0, 0};
        float[] b = {2, 0, 0, 0};
        float[] c = {6, 0, 0, 0};
        new ListFeatures(1, 0).complete(List.of(a, b, c), new long[] {7, 8, 7});
        assertThat(a[1]).isEqualTo(b[1]).isEqualTo(c[1]).isPositive();
        assertThat(new float[] {a[2], b[2], c[2]}).containsExactly(1, 0, 1);
        assertThat(new float[] {a[3], b[3], c[3]}).containsExactly(-2, -1, 3);
    }

    @Test
    void anItemThatWasClickedAsExpectedHasNoLift() {
        Lifts lifts = new Lifts(5);
        for (int k = 0; k < 100; k++) {
            lifts.add(0, k % 2 == 0, 0.5);
            lifts.add(1, k % 2 == 0, 0.25);
            lifts.add(2, k % 2 == 0, 0.9);
        }
        assertThat(lifts.logit(0, 0.2)).isCloseTo(0, within(1e-12));
        assertThat(lifts.logit(1, 0.2)).isPositive();
        assertThat(lifts.logit(2, 0.2)).isNegative();
        assertThat(lifts.logit(-1, 0.2)).isZero();
        assertThat(lifts.logit(5000, 0.2)).isZero();
    }

    @Test
    void weightsOfFeaturesOfAnyScaleAreFoundFromFewExamples() {
        Random random = new Random(11);
        BayesianLogistic model = new BayesianLogistic(3);
        OnlineLogistic steps = new OnlineLogistic(3, 0.05);
        double lossOfModel = 0;
        double lossOfSteps = 0;
        for (int k = 0; k < 3000; k++) {
            float[] x = {1, (float) random.nextGaussian() * 3, (float) random.nextGaussian() / 5};
            boolean label = random.nextDouble() < OnlineLogistic.probability(-1 + 0.5 * x[1] + 2 * x[2]);
            double p = OnlineLogistic.probability(model.logit(x));
            double q = OnlineLogistic.probability(steps.logit(x));
            lossOfModel += PredictedClicks.loss(p, label);
            lossOfSteps += PredictedClicks.loss(q, label);
            model.learn(x, p, p - (label ? 1 : 0));
            steps.learn(x, q - (label ? 1 : 0));
        }
        assertThat(lossOfModel).isLessThan(lossOfSteps);
        assertThat(model.logit(new float[] {1, 0, 0})).isCloseTo(-1, within(0.2));
        assertThat(model.logit(new float[] {0, 1, 0})).isCloseTo(0.5, within(0.1));
        assertThat(model.logit(new float[] {0, 0, 1})).isCloseTo(2, within(0.6));
    }

    @Test
    void alwaysTheSameExampleAndFeaturesThatRepeatAnotherDoNoHarm() {
        BayesianLogistic model = new BayesianLogistic(3);
        float[] x = {1, 1, 0};
        for (int k = 0; k < 200_000; k++) {
            double p = OnlineLogistic.probability(model.logit(x));
            model.learn(x, p, p - (k % 4 == 0 ? 1 : 0));
        }
        assertThat(OnlineLogistic.probability(model.logit(x))).isCloseTo(0.25, within(0.02));
        assertThat(model.logit(new float[] {0, 0, 1})).isZero();
    }
}
