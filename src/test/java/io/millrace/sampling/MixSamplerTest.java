package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.InvalidSetting;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MixSamplerTest {

    /** Σ h(j) over the catalog, as the mean of h(j) / q(j); an estimate is off by its standard error. */
    @Test
    void stratifiedAndPerDrawEstimateTheSameSums() {
        for (String mode : new String[] {"per-draw", "stratified"}) {
            World world = World.of("mix", ReferenceParameters.with("mix-mode", mode), 5);
            double sum = 0;
            double squares = 0;
            int rounds = 20_000;
            for (int k = 0; k < rounds; k++) {
                world.draw.start(1, k, World.userHash(1), -1, world.nowMs, world.clicked[1], world.unclicked[1]);
                double estimate = estimate(world);
                sum += estimate;
                squares += estimate * estimate;
            }
            double exact = 0;
            for (int slot = 0; slot < world.catalog.slots(); slot++) {
                exact += world.catalog.isActive(slot) ? slot : 0;
            }
            double error = Math.sqrt((squares / rounds - sum / rounds * (sum / rounds)) / rounds);
            assertThat(sum / rounds).as(mode).isCloseTo(exact, within(4.5 * error));
        }
    }

    private static double estimate(World world) {
        Negatives negatives = world.sample(7);
        double sum = 0;
        for (int k = 0; k < negatives.size(); k++) {
            sum += negatives.slot(k) / negatives.q(k) / negatives.size();
        }
        return sum;
    }

    @Test
    void stratifiedNumbersAreTheSharesRoundedUpOrDown() {
        Parameters halves = ReferenceParameters.mixOf(
                Map.of("uniform", 0.5, "popularity", 0.25, "log-uniform", 0.25), "mix-mode", "stratified");
        World world = World.of("mix", halves, 1);
        for (int k = 0; k < 200; k++) {
            world.context(k % World.USERS);
            Negatives negatives = world.sample(10);
            int uniform = 0;
            int popular = 0;
            for (int n = 0; n < negatives.size(); n++) {
                uniform += negatives.sampler(n).equals("uniform") ? 1 : 0;
                popular += negatives.sampler(n).equals("popularity") ? 1 : 0;
            }
            assertThat(uniform).isEqualTo(5);
            assertThat(popular).isBetween(2, 3);
        }
    }

    @Test
    void aComponentWithNothingToDrawFromLeavesItsShareToTheOthers() {
        World world = World.empty("mix", ReferenceParameters.mixOf(Map.of("uniform", 0.5, "exposed", 0.5)), 20, 1);
        world.context(0, 0);
        assertThat(world.sample(10).size()).isEqualTo(10);
        assertThat(world.law()[5]).isCloseTo(1.0 / 19, within(1e-12));
    }

    /** The q of all draws is then that of the known components, and sums to 1. */
    @Test
    void aSmallComponentOfUnknownQCanBeLeftOutOfQ() {
        Map<String, Double> shares = Map.of("uniform", 0.5, "popularity", 0.4, "dns", 0.1);
        World world =
                World.of("mix", ReferenceParameters.mixOf(shares, "mix-ignore-unknown-q", true, "dns.warm-up", 0), 1);
        assertThat(world.sampler.qKind()).isEqualTo(QKind.ESTIMATED);
        assertThat(world.sampler.knowsPositive()).isTrue();
        Draw draw = world.context(1);
        assertThat(Arrays.stream(world.law()).sum()).isCloseTo(1, within(1e-9));
        World known = World.of("mix", ReferenceParameters.mixOf(Map.of("uniform", 5.0 / 9, "popularity", 4.0 / 9)), 1);
        known.context(1);
        assertThat(world.sampler.probability(draw, 7)).isCloseTo(known.law()[7], within(1e-3));
        int unknown = 0;
        Negatives negatives = world.sample(2000);
        for (int n = 0; n < negatives.size(); n++) {
            assertThat(negatives.q(n)).isPositive();
            unknown += negatives.sampler(n).equals("dns") ? 1 : 0;
        }
        assertThat(unknown).isBetween(140, 265);
        assertThat(World.of("mix", ReferenceParameters.mixOf(shares), 1).sampler.qKind())
                .isEqualTo(QKind.NONE);
    }

    @Test
    void aComponentOfUnknownQThatIsNotSmallCannotBeLeftOut() {
        Parameters parameters =
                ReferenceParameters.mixOf(Map.of("uniform", 0.8, "dns", 0.2), "mix-ignore-unknown-q", true);
        assertThatThrownBy(() -> World.of("mix", parameters, 1))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("sampling.mix.dns")
                .hasMessageContaining("0.2")
                .hasMessageContaining("at most 0.1");
    }

    /** What was seen and left may weigh less in the loss, inside a mix too. */
    @Test
    void theWeightOfAComponentIsThatOfItsDraws() {
        World world = World.of(
                "mix", ReferenceParameters.mixOf(Map.of("uniform", 0.5, "exposed", 0.5), "exposed.weight", 0.25), 1);
        world.context(1);
        Negatives negatives = world.sample(200);
        for (int n = 0; n < negatives.size(); n++) {
            assertThat(negatives.weight(n)).isEqualTo(negatives.sampler(n).equals("exposed") ? 0.25f : 1f);
        }
        assertThat(world.sample(200).size()).isPositive();
    }
}
