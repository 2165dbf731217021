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
}
