package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SrnsSamplerTest {

    /** Two items of the same mean score, one steady and one not: the deviation decides, and only where α counts. */
    @Test
    void ofTwoItemsThatScoreAlikeTheUnsteadyOneIsDrawn() {
        assertThat(shareOfUnsteady(20)).isGreaterThan(0.9);
        assertThat(shareOfUnsteady(0)).isBetween(0.25, 0.75);
    }

    private static double shareOfUnsteady(double alpha) {
        World world = World.empty(
                "srns",
                ReferenceParameters.with("srns.alpha", alpha, "srns.warm-up", 1, "srns.temperature", 0.1),
                12,
                1);
        for (float[] item : world.model.items) {
            Arrays.fill(item, 0f);
        }
        Arrays.fill(world.model.biases, -3f);
        var random = new CounterRandom().reset(1, 2, 3);
        int unsteady = 0;
        for (int k = 0; k < 400; k++) {
            boolean up = random.nextInt(2) == 0;
            world.model.biases[1] = 2f;
            world.model.biases[2] = up ? 3f : 1f;
            world.passTo(world.nowMs + 61_000);
            world.draw.start(1, k, 5, 0, world.nowMs, world.clicked[0], world.unclicked[0]);
            world.model.biases[2] = 2f + (random.nextInt(2) == 0 ? 0.001f : -0.001f);
            Negatives negatives = world.sample(1);
            unsteady += k >= 100 && negatives.slot(0) == 2 ? 1 : 0;
            world.model.biases[2] = up ? 3f : 1f;
            world.sampling.learned(world.draw, negatives);
        }
        return unsteady / 300.0;
    }

    @Test
    void withoutTheDeviationTheHighestOfTheMemoryAreDrawnInOrder() {
        World world = World.of("srns", ReferenceParameters.with("srns.alpha", 0.0), 3);
        for (int k = 0; k < 30; k++) {
            Draw draw = world.context(1);
            Negatives negatives = world.sample(20);
            assertThat(negatives.size()).isBetween(1, 8);
            for (int n = 1; n < negatives.size(); n++) {
                float before = world.model.score(negatives.slot(n - 1));
                assertThat(world.model.score(negatives.slot(n))).isLessThanOrEqualTo(before);
            }
            world.sampling.learned(draw, negatives);
        }
    }

    @Test
    void whatTheUserClicksLeavesTheMemoryAtOnce() {
        World world = World.of("srns", 3);
        for (int k = 0; k < 20; k++) {
            world.sampling.learned(world.context(1), world.sample(1));
        }
        int hardest = world.sample(1).slot(0);
        world.context(1, hardest);
        assertThat(world.sample(8).size()).isPositive();
        for (int n = 0; n < world.negatives.size(); n++) {
            assertThat(world.negatives.slot(n)).isNotEqualTo(hardest);
        }
    }

    /**
     * Some items are false negatives: they always score alike. Others score as high in the mean, and change. Unlike the
     * hardest of several candidates, a memory of items with full histories passes over the first kind, more clearly than
     * chance alone would in 4 of 1000 runs.
     */
    @Test
    void plantedFalseNegativesAreDrawnLessThanByTheHardestOfSeveral() {
        int bySrns = falseNegatives("srns");
        int byDns = falseNegatives("dns");
        double expected = byDns;
        assertThat(bySrns).isLessThan((int) (expected - 2.65 * Math.sqrt(expected)));
        assertThat(byDns).isGreaterThan(100);
    }

    private static int falseNegatives(String name) {
        World world = World.empty(
                name,
                ReferenceParameters.with(
                        "srns.alpha",
                        20,
                        "srns.warm-up",
                        1,
                        "srns.incubate",
                        true,
                        "dns.warm-up",
                        0,
                        "dns.candidates",
                        8),
                40,
                1);
        for (float[] item : world.model.items) {
            Arrays.fill(item, 0f);
        }
        var random = new CounterRandom().reset(1, 2, 3);
        int drawn = 0;
        for (int k = 0; k < 600; k++) {
            for (int slot = 1; slot < 40; slot++) {
                boolean isFalse = slot % 4 == 0;
                world.model.biases[slot] = isFalse ? 1f : (float) (1 + 2 * (random.nextDouble() - 0.5));
            }
            world.passTo(world.nowMs + 61_000);
            world.draw.start(1, k, 5, 0, world.nowMs, world.clicked[0], world.unclicked[0]);
            if (k >= 100) {
                Arrays.fill(world.model.biases, 1, 40, 1f);
            }
            Negatives negatives = world.sample(1);
            drawn += k >= 100 && negatives.slot(0) % 4 == 0 ? 1 : 0;
            for (int slot = 1; slot < 40; slot++) {
                boolean isFalse = slot % 4 == 0;
                world.model.biases[slot] = isFalse ? 1f : (float) (1 + 2 * (random.nextDouble() - 0.5));
            }
            world.sampling.learned(world.draw, negatives);
        }
        return drawn;
    }

    /** Which stay is a draw without replacement ∝ e^{s / τ}: of five items four stay, by the enumerated law. */
    @Test
    void whichStayIsADrawWithoutReplacement() {
        double[] weights = {Math.exp(2), Math.exp(1), Math.exp(0), Math.exp(0.5), Math.exp(1.5)};
        double[] inclusion = new double[5];
        double sum = Arrays.stream(weights).sum();
        enumerate(weights, sum, 1, 4, new boolean[5], inclusion);
        long[] stays = new long[5];
        int runs = 4000;
        for (int run = 0; run < runs; run++) {
            World world =
                    World.empty("srns", ReferenceParameters.with("srns.memory", 4, "srns.temperature", 1.0), 6, run);
            for (int slot = 0; slot < 6; slot++) {
                Arrays.fill(world.model.items[slot], 0f);
                world.model.biases[slot] = slot == 0 ? 0 : (float) Math.log(weights[slot - 1]);
            }
            world.draw.start(1, run, 5, 0, world.nowMs, world.clicked[0], world.unclicked[0]);
            world.sampling.learned(world.draw, world.sample(1));
            world.draw.start(1, run + 1_000_000, 5, 0, world.nowMs, world.clicked[0], world.unclicked[0]);
            Negatives negatives = world.sample(4);
            for (int n = 0; n < negatives.size(); n++) {
                stays[negatives.slot(n) - 1]++;
            }
        }
        for (int k = 0; k < 5; k++) {
            double error = Math.sqrt(inclusion[k] * (1 - inclusion[k]) / runs);
            assertThat(stays[k] / (double) runs).isBetween(inclusion[k] - 4.5 * error, inclusion[k] + 4.5 * error);
            assertThat(Math.abs(4.0 / 5 - inclusion[k]))
                    .as("an even choice would show")
                    .isGreaterThan(4.5 * error);
        }
    }

    /** Adds to {@code inclusion} the probability of each to be among so many more that are drawn. */
    private static void enumerate(
            double[] weights, double left, double probability, int more, boolean[] gone, double[] inclusion) {
        for (int k = 0; more > 0 && k < weights.length; k++) {
            if (!gone[k]) {
                double p = probability * weights[k] / left;
                inclusion[k] += p;
                gone[k] = true;
                enumerate(weights, left - weights[k], p, more - 1, gone, inclusion);
                gone[k] = false;
            }
        }
    }

    /** A newcomer that scores highest of all is drawn at once, or, where there is incubation, after h ticks. */
    @Test
    void aNewcomerWaitsUntilItHasAFullHistory() {
        assertThat(firstDrawn(false)).isLessThan(4);
        assertThat(firstDrawn(true)).isBetween(5, 12);
    }

    private static int firstDrawn(boolean incubates) {
        World world = World.empty(
                "srns",
                ReferenceParameters.with("srns.incubate", incubates, "srns.alpha", 0, "srns.temperature", 0.1),
                60,
                1);
        int newcomer = -1;
        for (int k = 0; k < 60; k++) {
            if (k == 20) {
                newcomer = world.add("newcomer");
                world.model.biases[newcomer] = 40;
            }
            world.passTo(world.nowMs + 61_000);
            world.draw.start(1, k, 5, 0, world.nowMs, world.clicked[0], world.unclicked[0]);
            Negatives negatives = world.sample(1);
            if (newcomer >= 0 && negatives.slot(0) == newcomer) {
                return k - 20;
            }
            world.sampling.learned(world.draw, negatives);
        }
        return 60;
    }
}
