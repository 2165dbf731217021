package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import org.junit.jupiter.api.Test;

class GeneratorSamplerTest {

    private static final int N = 20;

    /** With and without a baseline the mean is the gradient of the expected reward; the baseline only calms it. */
    @Test
    void theStepIsUnbiasedWithAndWithoutABaseline() {
        var random = new CounterRandom().reset(1, 1, 1);
        double[] p = new double[N];
        double[] rewards = new double[N];
        double sum = 0;
        for (int m = 0; m < N; m++) {
            p[m] = Math.exp(2 * random.nextDouble());
            rewards[m] = 1 + random.nextDouble();
            sum += p[m];
        }
        double expected = 0;
        for (int m = 0; m < N; m++) {
            p[m] /= sum;
            expected += p[m] * rewards[m];
        }
        double[] exact = new double[N];
        for (int j = 0; j < N; j++) {
            Generator.addGradient(p, N, j, p[j] * rewards[j], 0.5, exact);
        }
        double plain = check(p, rewards, 0, exact);
        double centred = check(p, rewards, expected, exact);
        assertThat(centred).isLessThan(plain / 4);
    }

    /** Compares means and returns the total variance. */
    private static double check(double[] p, double[] rewards, double baseline, double[] exact) {
        var random = new CounterRandom().reset(2, 1, 1);
        int runs = 50_000;
        double[] sums = new double[N];
        double[] squares = new double[N];
        double[] one = new double[N];
        for (int run = 0; run < runs; run++) {
            java.util.Arrays.fill(one, 0);
            int drawn = 0;
            double rest = random.nextDouble();
            while (drawn < N - 1 && rest >= p[drawn]) {
                rest -= p[drawn++];
            }
            Generator.addGradient(p, N, drawn, rewards[drawn] - baseline, 0.5, one);
            for (int m = 0; m < N; m++) {
                sums[m] += one[m];
                squares[m] += one[m] * one[m];
            }
        }
        double variance = 0;
        for (int m = 0; m < N; m++) {
            double mean = sums[m] / runs;
            double of = squares[m] / runs - mean * mean;
            assertThat(mean).isCloseTo(exact[m], within(4.5 * Math.sqrt(of / runs)));
            variance += of;
        }
        return variance;
    }

    @Test
    void theGeneratorComesToProposeWhatTheModelScoresHigh() {
        World world = World.empty("irgan", ReferenceParameters.with("irgan.step-size", 0.05), 50, 1);
        double before = meanScore(world);
        for (int k = 0; k < 4000; k++) {
            start(world, k);
            world.sampling.learned(world.draw, world.sample(1));
        }
        assertThat(meanScore(world)).isGreaterThan(before + 0.3);
    }

    private static double meanScore(World world) {
        double sum = 0;
        for (int k = 0; k < 500; k++) {
            start(world, 1_000_000 + k);
            sum += world.model.score(world.sample(1).slot(0));
        }
        return sum / 500;
    }

    private static void start(World world, int event) {
        world.draw.start(1, event, 5, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
    }

    /** What was shown is worth 1 - β more; and the witness is positive among real exposures, negative among proposals. */
    @Test
    void exposuresAreRewardedAndWhatLooksLikeThem() {
        World world = World.empty("uniform", ReferenceParameters.with(), 6, 1);
        for (int slot = 0; slot < 6; slot++) {
            java.util.Arrays.fill(world.model.items[slot], slot < 3 ? 1f : -1f);
            world.model.biases[slot] = 0;
        }
        world.model.of(9);
        java.util.Arrays.fill(world.model.user(9), 0.5f);
        RecentItems shown = new RecentItems(5);
        shown.add(world.catalog.item(0).hash(), 0);
        shown.add(world.catalog.item(1).hash(), 0);
        world.draw.start(1, 1, 9, -1, world.nowMs, world.clicked[0], shown);
        var reward = new ExposureReward(2, 0.75);
        for (int k = 0; k < 100; k++) {
            reward.proposed(world.draw, 4);
        }
        double[] real = new double[2];
        double[] alike = new double[2];
        double[] proposed = new double[2];
        reward.of(world.draw, 0, real);
        reward.of(world.draw, 2, alike);
        reward.of(world.draw, 4, proposed);
        assertThat(real[0]).isCloseTo(1 / (1 + Math.exp(-4)) - 1, within(1e-6));
        assertThat(real[1] - alike[1]).isCloseTo(2 * 0.25, within(1e-9));
        assertThat(alike[1]).isPositive();
        assertThat(proposed[1]).isNegative();
        // Distances are 0 and 8, of which the median is 8: Σ_c e^{-8 / 2 / 8 / c²} for c = 1/2, 1, 2.
        double far = Math.exp(-2) + Math.exp(-0.5) + Math.exp(-0.125);
        assertThat(alike[1]).isCloseTo(2 * 0.75 * 2 * (3 - far), within(1e-6));
    }

    @Test
    void withoutAlphaOnlyHardnessIsRewarded() {
        World world = World.of("reinforced-exposure", 1);
        world.context(1);
        double[] parts = new double[2];
        new ExposureReward(0, 0.75).of(world.draw, 1, parts);
        assertThat(parts[1]).isZero();
    }

    /** Draws from a mixture with the user's clicks, weighed by p / p_n, have the gradient of the policy; unweighed not. */
    @Test
    void drawsFromTheUsersClicksDoNotBiasTheStep() {
        var random = new CounterRandom().reset(4, 1, 1);
        int clicked = 4;
        double omega = 0.2;
        double[] p = new double[N];
        double[] rewards = new double[N];
        double sum = 0;
        for (int m = 0; m < N; m++) {
            p[m] = Math.exp(2 * random.nextDouble());
            rewards[m] = 2 * random.nextDouble() - (m < N - clicked ? 1 : 0);
            sum += p[m];
        }
        double[] exact = new double[N];
        for (int m = 0; m < N; m++) {
            p[m] /= sum;
        }
        for (int j = 0; j < N; j++) {
            Generator.addGradient(p, N, j, p[j] * rewards[j], 0.5, exact);
        }
        assertThat(worstError(p, rewards, omega, clicked, true, exact)).isLessThan(4.5);
        assertThat(worstError(p, rewards, omega, clicked, false, exact)).isGreaterThan(10);
    }

    /** The largest distance of a coordinate's mean from the exact gradient, in standard errors. */
    private static double worstError(
            double[] p, double[] rewards, double omega, int clicked, boolean weighs, double[] exact) {
        var random = new CounterRandom().reset(5, 1, 1);
        int runs = 50_000;
        double[] sums = new double[N];
        double[] squares = new double[N];
        double[] one = new double[N];
        for (int run = 0; run < runs; run++) {
            java.util.Arrays.fill(one, 0);
            int drawn = N - clicked + random.nextInt(clicked);
            if (random.nextDouble() >= omega) {
                drawn = 0;
                double rest = random.nextDouble();
                while (drawn < N - 1 && rest >= p[drawn]) {
                    rest -= p[drawn++];
                }
            }
            boolean isClicked = drawn >= N - clicked;
            double weight = weighs ? GeneratorSampler.importance(p[drawn], isClicked, clicked, omega) : 1;
            Generator.addGradient(p, N, drawn, weight * rewards[drawn], 0.5, one);
            for (int m = 0; m < N; m++) {
                sums[m] += one[m];
                squares[m] += one[m] * one[m];
            }
        }
        double worst = 0;
        for (int m = 0; m < N; m++) {
            double mean = sums[m] / runs;
            double error = Math.sqrt((squares[m] / runs - mean * mean) / runs);
            worst = Math.max(worst, Math.abs(mean - exact[m]) / error);
        }
        return worst;
    }

    /** Clicks join the pool for the generator's step alone: they are never drawn, and it learns to like them. */
    @Test
    void theUsersClicksAreLearnedFromAndNeverDrawn() {
        for (double share : new double[] {0, 0.5}) {
            World world = World.empty(
                    "irgan", ReferenceParameters.with("irgan.step-size", 0.05, "irgan.clicked-share", share), 50, 1);
            java.util.Arrays.fill(world.model.biases, 0, 3, 6f);
            for (int k = 0; k < 2000; k++) {
                start(world, k);
                for (int slot = 0; slot < 3; slot++) {
                    world.draw.exclusions().add(slot);
                }
                world.clicked[0].add(world.catalog.item(k % 3).hash(), world.nowMs);
                Negatives negatives = world.sample(1);
                assertThat(negatives.slot(0)).isGreaterThan(2);
                world.sampling.learned(world.draw, negatives);
            }
            int clicked = 0;
            for (int k = 0; k < 300; k++) {
                start(world, 1_000_000 + k);
                clicked += world.sample(1).slot(0) < 3 ? 1 : 0;
            }
            if (share == 0) {
                assertThat(clicked).isLessThan(60);
            } else {
                assertThat(clicked).isGreaterThan(150);
            }
        }
    }

    /** One item is all the reward there is, so the generator comes to propose it alone; without a floor nothing else is drawn. */
    @Test
    void theEntropyOfWhatIsDrawnFromIsNeverBelowTheFloor() {
        int steps = 100_000;
        assertThat(leastEntropy(0.1, steps)).isGreaterThanOrEqualTo(0.1);
        assertThat(leastEntropy(0.5, steps / 10)).isGreaterThanOrEqualTo(0.5);
        assertThat(leastEntropy(0, steps / 10)).isLessThan(0.05);
    }

    /** The least, over all contexts of a run, as a share of the logarithm of the pool. */
    private static double leastEntropy(double floor, int steps) {
        World world = World.empty(
                "irgan",
                ReferenceParameters.with(
                        "irgan.step-size", 0.1, "irgan.entropy-floor", floor, "irgan.pool", 16, "irgan.draws", 4),
                16,
                1);
        java.util.Arrays.fill(world.model.biases, -8);
        world.model.biases[3] = 8;
        GeneratorSampler sampler = (GeneratorSampler) world.sampler;
        double least = 1;
        for (int k = 0; k < steps; k++) {
            world.draw.start(1, k, 5, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
            Negatives negatives = world.sample(1);
            least = Math.min(least, sampler.entropy(world.draw) / Math.log(16));
            world.sampling.learned(world.draw, negatives);
        }
        return least;
    }

    @Test
    void aPoolOfOneIsNoChoiceAndTheBaseDraws() {
        World world = World.empty("irgan", ReferenceParameters.with("irgan.pool", 64), 2, 1);
        world.context(0, 0);
        world.sampler.draw(world.draw);
        assertThat(world.sampler.draw(world.draw)).isEqualTo(1);
        assertThat(world.sample(3).slot(0)).isEqualTo(1);
    }

    /** Without exposures the reward has one part; how often is counted. */
    @Test
    void howOftenNothingWasShownIsCounted() {
        World world = World.empty("reinforced-exposure", ReferenceParameters.with(), 50, 1);
        for (int k = 0; k < 10; k++) {
            start(world, k);
            world.sampling.learned(world.draw, world.sample(1));
        }
        assertThat(world.sampling.parts().get("reinforced-exposure")).containsEntry("fallbacks", 10L);
        world.unclicked[0].add(world.catalog.item(4).hash(), world.nowMs);
        start(world, 10);
        world.sampling.learned(world.draw, world.sample(1));
        assertThat(world.sampling.parts().get("reinforced-exposure")).containsEntry("fallbacks", 10L);
    }
}
