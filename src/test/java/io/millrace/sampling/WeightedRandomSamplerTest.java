package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WeightedRandomSamplerTest {

    private static final long DAY_MS = 24 * World.HOUR_MS;

    @Test
    void groupsAreThoseOfAFullRescanAtAnyTime() {
        for (int seed = 0; seed < 10; seed++) {
            World world = World.of("weighted-random", ReferenceParameters.with("weighted-random.threshold", 5.0), seed);
            for (int round = 0; round < 60; round++) {
                world.live(20);
                world.passTo(world.nowMs + (round % 10 == 9 ? 20 * DAY_MS : World.HOUR_MS));
                world.context(0, -1);
                assertLawIsThatOfARescan(world, 5);
            }
        }
    }

    /** Also after the landmark has moved. */
    @Test
    void groupsSurviveTheMoveOfTheLandmark() {
        World world = World.of("weighted-random", 1);
        world.passTo(world.nowMs + 400 * DAY_MS);
        world.live(400);
        world.context(0, -1);
        assertLawIsThatOfARescan(world, 10);
    }

    @Test
    void frequentItemsKeepTheirPlainShare() {
        World world = World.of("weighted-random", ReferenceParameters.with("weighted-random.unseen", 0.0), 3);
        Parameters plain = ReferenceParameters.with("popularity.source", "impression", "popularity.epsilon", 0.0);
        World popular = World.of("popularity", plain, 3);
        start(world);
        start(popular);
        int high = 0;
        for (int slot = 0; slot < world.catalog.slots(); slot++) {
            if (world.counts.decayedExposures().valueAt(slot, world.nowMs) > 10) {
                double share = popular.sampler.probability(popular.draw, slot);
                assertThat(world.sampler.probability(world.draw, slot)).isCloseTo(share, within(1e-12));
                high++;
            }
        }
        assertThat(high).isGreaterThan(3);
    }

    @Test
    void anItemThatIsShownNoMoreSinksAfterItsHalfLives() {
        World world = World.empty("weighted-random", ReferenceParameters.with(), 5, 1);
        for (int k = 0; k < 80; k++) {
            world.counts.exposed(0, world.nowMs);
        }
        world.passTo(world.nowMs + 3 * DAY_MS - 1);
        start(world);
        assertThat(world.sampler.probability(world.draw, 0)).isGreaterThan(0.5);
        world.passTo(world.nowMs + 2);
        start(world);
        assertThat(world.sampler.probability(world.draw, 0)).isCloseTo(0.2, within(1e-12));
    }

    private static void start(World world) {
        world.draw.start(1, 1, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
    }

    private static void assertLawIsThatOfARescan(World world, double threshold) {
        start(world);
        int slots = world.catalog.slots();
        double lowMass = 0;
        double highMass = 0;
        int lows = 0;
        for (int slot = 0; slot < slots; slot++) {
            if (!world.catalog.isActive(slot)) {
                continue;
            }
            double f = world.counts.decayedExposures().valueAt(slot, world.nowMs);
            highMass += f > threshold ? Math.pow(f, 0.75) : 0;
            lowMass += f > threshold ? 0 : Math.pow(f > 0 ? f : 0.5, 0.75);
            lows += f > threshold ? 0 : 1;
        }
        for (int slot = 0; slot < slots; slot++) {
            double f = world.counts.decayedExposures().valueAt(slot, world.nowMs);
            double low = lowMass / (lowMass + highMass) / lows;
            double q = f > threshold ? Math.pow(f, 0.75) / (lowMass + highMass) : low;
            double expected = world.catalog.isActive(slot) ? q : 0;
            assertThat(world.sampler.probability(world.draw, slot)).isCloseTo(expected, within(1e-9));
        }
    }
}
