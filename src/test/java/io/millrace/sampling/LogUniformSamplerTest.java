package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogUniformSamplerTest {

    /** A log-uniform sampler that takes ids for ranks is wrong as soon as ids are not sorted by frequency. */
    @Test
    void ranksAreThoseOfTheCountsWhateverOrderItemsCameIn() {
        World world = World.empty("log-uniform", ReferenceParameters.with(), 50, 1);
        for (int slot = 0; slot < 50; slot++) {
            for (int k = 0; k <= slot; k++) {
                world.click(k % 7, slot);
            }
        }
        world.passTo(world.nowMs + 1);
        world.draw.start(1, 1, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
        for (int rank = 0; rank < 50; rank++) {
            double q = Math.log((rank + 2.0) / (rank + 1)) / Math.log(51);
            assertThat(world.sampler.probability(world.draw, 49 - rank)).isCloseTo(q, within(1e-12));
        }
    }

    @Test
    void itemsThatCameSinceTheRefreshStandAtTheEnd() {
        World world = World.of("log-uniform", 1);
        int slot = world.add("new");
        world.context(0, -1);
        double[] law = world.law();
        for (int other = 0; other < law.length; other++) {
            assertThat(law[other] == 0 || law[other] >= law[slot]).isTrue();
        }
    }
}
