package io.millrace.sampling;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The q of a positive is on the scale of its negatives' q: without exclusions it is what the positive's own would be. */
class PositiveProbabilityTest {

    static List<String> names() {
        return Samplers.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aPositiveThatIsNotExcludedHasTheQOfItsDraws(String name) {
        forSeeds(20, random -> {
            World world = World.of(name, random.nextLong());
            Draw draw = world.context(random.nextInt(World.USERS));
            draw.exclusions().clear();
            if (world.sampler.knowsPositive() && world.sampler.canDraw(draw)) {
                double q = world.sampler.positiveProbability(draw);
                assertThat(q).isCloseTo(world.sampler.probability(draw, draw.positive()), within(1e-12));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void leavingThePositiveOutScalesItAsItScalesTheNegatives(String name) {
        forSeeds(20, random -> {
            World world = World.of(name, random.nextLong());
            Draw draw = world.context(random.nextInt(World.USERS));
            if (world.sampler.knowsPositive()
                    && world.sampler.canDraw(draw)
                    && world.sampler instanceof ExcludingSampler) {
                double left = 0;
                for (double q : world.law()) {
                    left += q;
                }
                assertThat(left).isCloseTo(1, within(1e-9));
                assertThat(world.sampler.positiveProbability(draw))
                        .isGreaterThanOrEqualTo(0)
                        .isFinite();
            }
        });
    }
}
