package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ThreeTierSamplerTest {

    @Test
    void tiersHaveTheirSharesAndTheirWeights() {
        World world = World.of(
                "three-tier",
                ReferenceParameters.with("three-tier.hard-fraction", 0.2, "three-tier.hard-weight", 3.0),
                1);
        int hard = 0;
        int all = 0;
        for (int k = 0; k < 1000; k++) {
            world.context(k % World.USERS);
            Negatives negatives = world.sample(20);
            assertThat(negatives.size()).isEqualTo(20);
            for (int n = 0; n < 20; n++) {
                boolean isHard = negatives.sampler(n).equals("hard-rank");
                assertThat(negatives.weight(n)).isEqualTo(isHard ? 3 : 1);
                hard += isHard ? 1 : 0;
                all++;
            }
        }
        assertThat((double) hard / all).isCloseTo(0.2, within(4.5 * Math.sqrt(0.16 / all)));
    }

    @Test
    void withoutAFrozenModelTheNumberStays() {
        World world = World.empty("three-tier", ReferenceParameters.with("three-tier.hard-fraction", 0.5), 40, 1);
        world.context(0, 3);
        assertThat(world.sample(20).size()).isEqualTo(20);
    }
}
