package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BigramSamplerTest {

    @Test
    void afterAnItemItsSuccessorsAreDrawnByHowOftenTheyFollowed() {
        World world = World.empty("bigram", ReferenceParameters.with("bigram.beta", 1.0), 20, 1);
        follow(world, 7, 1, 30);
        follow(world, 7, 2, 10);
        World popular = World.empty("popularity", ReferenceParameters.with(), 20, 1);
        follow(popular, 7, 1, 30);
        follow(popular, 7, 2, 10);
        world.click(0, 7);
        popular.click(0, 7);
        start(world);
        start(popular);
        double back = popular.sampler.probability(popular.draw, 1);
        assertThat(world.sampler.probability(world.draw, 1)).isCloseTo(0.7 * 0.75 + 0.3 * back, within(1e-12));
    }

    @Test
    void withoutALastClickItIsPopularityToTheBit() {
        World world = World.of("bigram", 2);
        World popular = World.of("popularity", 2);
        RecentItems nothing = new RecentItems(3);
        world.draw.start(1, 1, 1, -1, world.nowMs, nothing, nothing);
        popular.draw.start(1, 1, 1, -1, world.nowMs, nothing, nothing);
        assertThat(world.draws(1000)).isEqualTo(popular.draws(1000));
        assertThat(world.law()).isEqualTo(popular.law());
    }

    @Test
    void onlySoManySuccessorsAreRememberedAndTheFrequentOnesStay() {
        World world = World.empty("bigram", ReferenceParameters.with("bigram.successors", 8), 60, 1);
        follow(world, 7, 1, 40);
        for (int other = 10; other < 50; other++) {
            follow(world, 7, other, 1);
        }
        world.click(0, 7);
        start(world);
        assertThat(world.sampler.probability(world.draw, 1)).isGreaterThan(0.15);
    }

    private static void follow(World world, int first, int next, int times) {
        for (int k = 0; k < times; k++) {
            world.click(0, first);
            world.click(0, next);
        }
    }

    private static void start(World world) {
        world.draw.start(1, 1, World.userHash(0), -1, world.nowMs, world.clicked[0], world.unclicked[0]);
    }
}
