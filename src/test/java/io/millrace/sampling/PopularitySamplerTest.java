package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.testing.ChiSquare;
import org.junit.jupiter.api.Test;

class PopularitySamplerTest {

    @Test
    void drawsFollowTheDecayedCountToThePowerBeta() {
        for (int seed = 0; seed < 5; seed++) {
            World world = withoutFloor(seed, 0.75);
            world.draw.start(seed, 0, 0, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
            long[] seen = world.draws(200_000);
            assertThat(ChiSquare.pValue(seen, powers(world, 0.75))).isGreaterThan(1e-4);
            assertThat(ChiSquare.pValue(seen, powers(world, 0.85))).isLessThan(1e-6);
        }
    }

    @Test
    void sharesStandStillWhileTimePasses() {
        World world = withoutFloor(1, 0.75);
        world.context(0);
        double[] before = world.law();
        world.passTo(world.nowMs + 20L * 24 * World.HOUR_MS);
        world.passTo(world.nowMs + 300L * 24 * World.HOUR_MS);
        double[] after = world.law();
        for (int slot = 0; slot < before.length; slot++) {
            assertThat(after[slot]).isCloseTo(before[slot], within(1e-12));
        }
    }

    /** Its heaviest items excluded, a law once gave up after its tries in half of all draws. */
    @Test
    void excludingMostOfTheMassCostsFewTriesAndLeavesTheLawOfTheRest() {
        World world = World.empty("popularity", ReferenceParameters.with(), 50, 1);
        for (int k = 0; k < 3000; k++) {
            world.click(0, k % 3);
        }
        for (int slot = 3; slot < 50; slot++) {
            world.click(0, slot);
        }
        world.draw.start(1, 0, 0, 0, world.nowMs, world.clicked[0], world.unclicked[0]);
        world.draw.exclusions().add(1);
        world.draw.exclusions().add(2);
        double[] law = world.law();
        long[] seen = world.draws(200_000);
        long drawn = 0;
        for (long count : seen) {
            drawn += count;
        }
        assertThat(drawn).isEqualTo(200_000);
        assertThat(ChiSquare.pValue(seen, law)).isGreaterThan(1e-4);
        assertThat(world.law()).isEqualTo(law);
    }

    /** With β below 0 a count that had faded to 2^-1070 once weighed more than a double can hold. */
    @Test
    void fadedCountsWeighAFiniteAmountWhenBetaIsNegative() {
        World world = withoutFloor(1, -1);
        for (int k = 0; k < 5; k++) {
            world.passTo(world.nowMs + 250L * 24 * World.HOUR_MS);
        }
        world.context(0);
        assertThat(world.draws(100))
                .satisfies(
                        seen -> assertThat(java.util.Arrays.stream(seen).sum()).isEqualTo(100));
    }

    @Test
    void withoutCountsItIsUniform() {
        World world = World.empty("popularity", ReferenceParameters.with(), 40, 1);
        world.context(0, 0);
        assertThat(world.law()[7]).isCloseTo(1.0 / 39, within(1e-12));
    }

    private static World withoutFloor(long seed, double beta) {
        return World.of(
                "popularity", ReferenceParameters.with("popularity.beta", beta, "popularity.epsilon", 0.0), seed);
    }

    private static double[] powers(World world, double beta) {
        double[] law = new double[world.catalog.slots()];
        for (int slot = 0; slot < law.length; slot++) {
            double count = world.counts.decayedClicks().get(slot);
            law[slot] = count > 0 ? Math.pow(count, beta) : 0;
        }
        return law;
    }
}
