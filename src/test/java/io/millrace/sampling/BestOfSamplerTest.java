package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.ChiSquare;
import org.junit.jupiter.api.Test;

class BestOfSamplerTest {

    @Test
    void theItemOfRankRIsKeptAsItsFormulaSays() {
        for (int seed = 0; seed < 5; seed++) {
            World world = world(5, seed);
            long[] byRank = new long[50];
            for (int k = 0; k < 200_000; k++) {
                byRank[rank(world, world.sampler.draw(world.draw))]++;
            }
            assertThat(ChiSquare.pValue(byRank, law(5))).isGreaterThan(1e-4);
            assertThat(ChiSquare.pValue(byRank, law(4))).isLessThan(1e-6);
        }
    }

    @Test
    void oneCandidateIsTheBaseToTheBit() {
        World best = world(1, 3);
        World base = World.empty("uniform", ReferenceParameters.with(), 50, 3);
        base.draw.start(3, 1, 1, -1, base.nowMs, base.clicked[0], base.unclicked[0]);
        assertThat(best.draws(1000)).isEqualTo(base.draws(1000));
        assertThat(best.law()).isEqualTo(base.law());
    }

    @Test
    void theLiveModelDecides() {
        World world = world(512, 1);
        world.model.biases[17] = 100;
        assertThat(world.sampler.draw(world.draw)).isEqualTo(17);
        world.model.biases[18] = 200;
        assertThat(world.sampler.draw(world.draw)).isEqualTo(18);
    }

    @Test
    void scoresThatAreNoNumbersAreDropped() {
        World world = world(5, 1);
        java.util.Arrays.fill(world.model.biases, Float.NaN);
        assertThat(world.sampler.draw(world.draw)).isEqualTo(Sampler.EXHAUSTED);
    }

    @Test
    void untilTheModelIsWarmTheFirstCandidateIsKept() {
        Parameters two = ReferenceParameters.with("dns.warm-up", 2, "dns.candidates", 512);
        World world = World.empty("dns", two, 50, 1);
        world.model.biases[17] = 100;
        world.draw.start(3, 1, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
        assertThat(world.draws(100)[17]).isLessThan(20);
        world.sampling.learned(world.draw, world.negatives);
        world.sampling.learned(world.draw, world.negatives);
        assertThat(world.draws(100)[17]).isEqualTo(100);
    }

    private static World world(int candidates, long seed) {
        Parameters warm = ReferenceParameters.with("dns.warm-up", 0, "dns.candidates", candidates);
        World world = World.empty("dns", warm, 50, seed);
        world.draw.start(seed, 1, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
        return world;
    }

    private static int rank(World world, int slot) {
        int better = 0;
        for (int other = 0; other < 50; other++) {
            better += world.model.score(other) > world.model.score(slot) ? 1 : 0;
        }
        return better;
    }

    private static double[] law(int candidates) {
        double[] law = new double[50];
        for (int r = 0; r < 50; r++) {
            law[r] = (Math.pow(50 - r, candidates) - Math.pow(49 - r, candidates)) / Math.pow(50, candidates);
        }
        return law;
    }
}
