package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.testing.ChiSquare;
import org.junit.jupiter.api.Test;

class PoolSamplersTest {

    /** Of an even pool of two, j is kept over k with probability e^{s_j} / (e^{s_j} + e^{s_k}). */
    @Test
    void advirKeepsCandidatesBySoftmaxOfTheirScores() {
        World world = World.empty("advir", ReferenceParameters.with("advir.pool", 2), 20, 1);
        world.draw.start(1, 1, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
        double[] law = new double[20];
        for (int j = 0; j < 20; j++) {
            for (int k = 0; k < 20; k++) {
                double odds = Math.exp(world.model.score(k) - world.model.score(j));
                law[j] += 2 / 400.0 / (1 + odds);
            }
        }
        long[] seen = world.draws(200_000);
        assertThat(ChiSquare.pValue(seen, law)).isGreaterThan(1e-4);
        assertThat(ChiSquare.pValue(seen, new UniformLaw(20).law)).isLessThan(1e-6);
    }

    /** However popular an item, many even candidates and no preference of the model leave it its even share. */
    @Test
    void advirTakesTheBasesPreferenceOff() {
        World world = World.of("advir", ReferenceParameters.with("advir.base", "popularity", "advir.pool", 500), 1);
        for (int slot = 0; slot < world.model.items.length; slot++) {
            java.util.Arrays.fill(world.model.items[slot], 0f);
            world.model.biases[slot] = 0;
        }
        world.draw.start(1, 1, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
        long[] seen = world.draws(3000);
        int most = 0;
        for (int slot = 1; slot < seen.length; slot++) {
            most = world.counts.clicks(slot) > world.counts.clicks(most) ? slot : most;
        }
        assertThat(seen[most] / 3000.0).isCloseTo(0.02, within(0.015));
    }

    /** Without its adversary it is the soft choice among even candidates that dns makes, to the bit. */
    @Test
    void advirWithoutItsAdversaryIsASoftDns() {
        World advir = World.of("advir", ReferenceParameters.with("advir.pool", 16, "advir.temperature", 0.5), 3);
        World dns = World.of(
                "dns", ReferenceParameters.with("dns.candidates", 16, "dns.temperature", 0.5, "dns.warm-up", 0), 3);
        for (int user = 0; user < 10; user++) {
            advir.context(user);
            dns.context(user);
            Negatives soft = advir.sample(20);
            Negatives other = dns.sample(20);
            for (int k = 0; k < 20; k++) {
                assertThat(soft.slot(k)).isEqualTo(other.slot(k));
            }
        }
    }

    @Test
    void aMixedNegativeIsTheHardestCandidateAndThePositive() {
        World world =
                World.empty("mixgcf-positive", ReferenceParameters.with("mixgcf-positive.candidates", 256), 20, 1);
        world.context(0, 4);
        int hardest = 0;
        for (int slot = 0; slot < 20; slot++) {
            boolean harder = product(world, slot) > product(world, hardest) && slot != 4;
            hardest = harder ? slot : hardest;
        }
        Negatives negatives = world.sample(5);
        for (int k = 0; k < 5; k++) {
            assertThat(negatives.slot(k)).isEqualTo(hardest);
            assertThat(negatives.isMixture(k)).isTrue();
            int term = negatives.firstTerm(k);
            assertThat(negatives.endTerm(k)).isEqualTo(term + 2);
            assertThat(negatives.termRow(term)).isEqualTo(4);
            assertThat(negatives.termRow(term + 1)).isEqualTo(hardest);
            float alpha = negatives.coefficient(term);
            assertThat(negatives.coefficient(term + 1)).isEqualTo(1 - alpha);
            assertThat(alpha).isBetween(0f, 1f);
        }
        assertThat(negatives.coefficient(0)).isNotEqualTo(negatives.coefficient(2));
    }

    private static float product(World world, int slot) {
        return world.model.score(slot) - world.model.bias(slot);
    }

    private static final class UniformLaw {
        private final double[] law;

        private UniformLaw(int n) {
            law = new double[n];
            java.util.Arrays.fill(law, 1.0 / n);
        }
    }
}
