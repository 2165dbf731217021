package io.millrace.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import org.junit.jupiter.api.Test;

/** A world of five items with known click rates, logged by one policy and judged for another. */
class OffPolicyTest {

    private static final double[] REWARD = {0.10, 0.05, 0.30, 0.02, 0.15};
    private static final double[] LOGGED = {0.4, 0.2, 0.1, 0.2, 0.1};
    private static final double[] POLICY = {0.1, 0.1, 0.5, 0.1, 0.2};
    private static final double[] RIGHT = REWARD;
    private static final double[] WRONG = {0.5, 0.5, 0.1, 0.4, 0.0};

    @Test
    void intervalsCoverTheTrueValueAsOftenAsTheySay() {
        double truth = dot(POLICY, REWARD);
        int runs = 1000;
        int[] covered = new int[3];
        for (int run = 0; run < runs; run++) {
            OffPolicy log = log(run, 2000, WRONG, LOGGED);
            covered[0] += log.ips().covers(truth) ? 1 : 0;
            covered[1] += log.snips().covers(truth) ? 1 : 0;
            covered[2] += log.dr().covers(truth) ? 1 : 0;
        }
        for (int n : covered) {
            assertThat(n).isBetween(930, 975);
        }
    }

    /** The test above can fail: a value a standard error or two away is covered much less often. */
    @Test
    void intervalsDoNotCoverAnotherValue() {
        int covered = 0;
        for (int run = 0; run < 200; run++) {
            covered += log(run, 2000, WRONG, LOGGED).snips().covers(dot(POLICY, REWARD) * 1.25) ? 1 : 0;
        }
        assertThat(covered).isLessThan(100);
    }

    @Test
    void doublyRobustIsRightIfEitherTheModelOrThePropensityIs() {
        double[] wrongPropensity = {0.2, 0.2, 0.2, 0.2, 0.2};
        double truth = dot(POLICY, REWARD);
        assertThat(meanDr(WRONG, LOGGED)).isEqualTo(truth, within(0.002));
        assertThat(meanDr(RIGHT, wrongPropensity)).isEqualTo(truth, within(0.002));
        assertThat(Math.abs(meanDr(WRONG, wrongPropensity) - truth)).isGreaterThan(0.02);
    }

    private static double meanDr(double[] model, double[] propensity) {
        double sum = 0;
        for (int run = 0; run < 200; run++) {
            sum += log(run, 2000, model, propensity).dr().value() / 200;
        }
        return sum;
    }

    @Test
    void meanWeightIsNearOneWhenPropensitiesAreRight() {
        assertThat(log(1, 20_000, RIGHT, LOGGED).meanWeight().covers(1)).isTrue();
        double[] halved = {0.2, 0.1, 0.05, 0.1, 0.05};
        assertThat(log(1, 20_000, RIGHT, halved).meanWeight().covers(1)).isFalse();
    }

    @Test
    void missingPropensityIsRefusedWithTheCount() {
        OffPolicy log = log(1, 2000, RIGHT, LOGGED);
        assertThat(log.refusal()).isNull();
        log.observe(0.5, Double.NaN, 1, 0, 0);
        assertThat(log.refusal()).isEqualTo("1 of 2001 examples have no logged propensity");
    }

    @Test
    void logThatIsWorthTooLittleIsRefused() {
        OffPolicy few = log(1, 50, RIGHT, LOGGED);
        assertThat(few.refusal()).startsWith("effective sample size").endsWith("expected at least 100");
        OffPolicy lopsided = new OffPolicy(Double.POSITIVE_INFINITY);
        for (int k = 0; k < 100_000; k++) {
            lopsided.observe(k % 500 == 0 ? 1 : 0, 1, 0, 0, 0);
        }
        assertThat(lopsided.refusal()).isEqualTo("effective sample size is below 1 % of 100000 examples");
    }

    @Test
    void clippingBoundsTheWeightAndIsCounted() {
        OffPolicy log = new OffPolicy(2);
        log.observe(1, 0.1, 1, 0, 0);
        log.observe(0.1, 0.1, 1, 0, 0);
        assertThat(log.highestWeight()).isEqualTo(2);
        assertThat(log.clipped()).isEqualTo(1);
        assertThat(log.ips().value()).isEqualTo(1.5);
        assertThat(log.ess()).isEqualTo(9 / 5.0);
    }

    private static OffPolicy log(long seed, int examples, double[] model, double[] propensity) {
        OffPolicy log = new OffPolicy(Double.POSITIVE_INFINITY);
        CounterRandom random = new CounterRandom().reset(seed, 77, 0);
        double expected = dot(POLICY, model);
        for (int k = 0; k < examples; k++) {
            int item = draw(random.nextDouble());
            double reward = random.nextDouble() < REWARD[item] ? 1 : 0;
            log.observe(POLICY[item], propensity[item], reward, model[item], expected);
        }
        return log;
    }

    private static int draw(double u) {
        int item = 0;
        for (double rest = u - LOGGED[0]; rest >= 0 && item < 4; rest -= LOGGED[item]) {
            item++;
        }
        return item;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }
}
