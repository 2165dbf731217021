package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.testing.ChiSquare;
import org.junit.jupiter.api.Test;

class RejectionSamplerTest {

    @Test
    void drawsFollowTheTiltedLawExactly() {
        for (int seed = 0; seed < 5; seed++) {
            World world = world(seed);
            long[] seen = world.draws(200_000);
            assertThat(ChiSquare.pValue(seen, tilted(world, 1))).isGreaterThan(1e-4);
            assertThat(ChiSquare.pValue(seen, tilted(world, 1.1))).isLessThan(1e-6);
        }
    }

    @Test
    void theReportedProbabilityIsNearTheLawAfterManyCandidates() {
        World world = world(1);
        world.draws(20_000);
        double[] law = tilted(world, 1);
        for (int slot = 0; slot < law.length; slot++) {
            assertThat(world.sampler.probability(world.draw, slot)).isCloseTo(law[slot], within(0.02 * law[slot]));
        }
    }

    @Test
    void anAdaptiveCapEndsNearTheHighestScores() {
        World world = World.of("rejection", ReferenceParameters.with("rejection.cap", 8.0), 2);
        world.draw.start(1, 0, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
        assertThat(world.sample(20).size()).isLessThan(10);
        for (int k = 0; k < 3000; k++) {
            world.draw.start(1, k, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
            world.sampling.learned(world.draw, world.sample(20));
        }
        assertThat(world.sample(20).size()).isEqualTo(20);
    }

    /** Of the candidates a share Z / c is accepted, c = e^{S / T}: the mean of α under the base law. */
    @Test
    void asManyCandidatesAreAcceptedAsTheEnvelopeLeaves() {
        World world = world(3);
        Sampler base = new ExcludingSampler(new PopularitySampler(world.counts, true, 0.75, 0.01), 64);
        double share = 0;
        for (int slot = 0; slot < world.catalog.slots(); slot++) {
            double q = world.catalog.isActive(slot) ? base.probability(world.draw, slot) : 0;
            share += q * Math.exp(Math.min(1, world.model.score(slot)) - 1);
        }
        var oneCandidate = new RejectionSampler(base, 1, 1, false, 1);
        int n = 100_000;
        int accepted = 0;
        for (int k = 0; k < n; k++) {
            accepted += oneCandidate.draw(world.draw) >= 0 ? 1 : 0;
        }
        assertThat(accepted / (double) n).isCloseTo(share, within(4.5 * Math.sqrt(share * (1 - share) / n)));
    }

    /** A cap below the highest scores is an envelope too low for e^{s / T}: what is drawn has another law, and it shows. */
    @Test
    void anEnvelopeThatIsTooLowIsFoundOut() {
        World world = world(1);
        for (int slot = 0; slot < 60; slot += 2) {
            world.model.biases[slot] += 2;
        }
        long[] seen = world.draws(50_000);
        assertThat(ChiSquare.pValue(seen, tilted(world, 1))).isGreaterThan(1e-4);
        assertThat(ChiSquare.pValue(seen, tilted(world, 1, 30))).isLessThan(1e-6);
    }

    private static World world(long seed) {
        World world = World.of(
                "rejection", ReferenceParameters.with("rejection.adaptive", "false", "rejection.cap", 1.0), seed);
        world.context((int) seed);
        return world;
    }

    private static double[] tilted(World world, double sharper) {
        return tilted(world, sharper, 1);
    }

    private static double[] tilted(World world, double sharper, double cap) {
        Sampler popular = new ExcludingSampler(new PopularitySampler(world.counts, true, 0.75, 0.01), 64);
        double[] law = new double[world.catalog.slots()];
        double sum = 0;
        for (int slot = 0; slot < law.length; slot++) {
            boolean eligible = world.catalog.isActive(slot);
            double q = eligible ? popular.probability(world.draw, slot) : 0;
            law[slot] = q * Math.exp(sharper * Math.min(cap, world.model.score(slot)));
            sum += law[slot];
        }
        for (int slot = 0; slot < law.length; slot++) {
            law[slot] /= sum;
        }
        return law;
    }
}
