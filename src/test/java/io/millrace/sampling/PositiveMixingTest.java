package io.millrace.sampling;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.testing.ChiSquare;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * With no share of the positive, positive mixing is dns. Mixing chooses by vectors and dns by scores, so they are compared
 * where no item has a bias.
 */
class PositiveMixingTest {

    private static final int ITEMS = 50;
    private static final int CANDIDATES = 5;
    private static final int POSITIVE = 7;

    private final Negatives negatives = new Negatives();

    @Test
    void itChoosesTheCandidateOfDnsDrawForDraw() {
        forSeeds(5, random -> {
            long seed = random.nextLong();
            World mixing = world("mixgcf-positive", seed);
            World dns = world("dns", seed);
            for (int k = 0; k < 2000; k++) {
                assertThat(mixing.sampler.draw(mixing.draw)).isEqualTo(dns.sampler.draw(dns.draw));
            }
        });
    }

    /** The comparison can fail: fewer candidates or a bias make another choice. */
    @Test
    void itDoesNotChooseTheCandidateOfAnotherDns() {
        World mixing = world("mixgcf-positive", 3);
        World fewer = world("dns", 3, CANDIDATES - 1);
        World biased = world("dns", 3);
        biased.model.biases[11] = 10;
        int otherwise = 0;
        int more = 0;
        for (int k = 0; k < 2000; k++) {
            int slot = mixing.sampler.draw(mixing.draw);
            otherwise += fewer.sampler.draw(fewer.draw) == slot ? 0 : 1;
            more += biased.sampler.draw(biased.draw) == slot ? 0 : 1;
        }
        assertThat(otherwise).isGreaterThan(1000);
        assertThat(more).isGreaterThan(50);
    }

    @Test
    void withoutTheShareOfThePositiveNegativesFollowTheLawOfDns() {
        for (int seed = 0; seed < 5; seed++) {
            World world = world("mixgcf-positive", seed);
            long[] byRank = new long[ITEMS - 1];
            int[] ranks = ranks(world);
            Sampler mixing = mixing(world, 0);
            for (int k = 0; k < 2000; k++) {
                negatives.clear();
                mixing.sample(world.draw, 100, negatives);
                for (int n = 0; n < negatives.size(); n++) {
                    byRank[ranks[negatives.slot(n)]]++;
                }
            }
            assertThat(ChiSquare.pValue(byRank, law(CANDIDATES))).isGreaterThan(1e-4);
            assertThat(ChiSquare.pValue(byRank, law(CANDIDATES - 1))).isLessThan(1e-6);
        }
    }

    @Test
    void withoutTheShareOfThePositiveANegativeIsTheCandidateItself() {
        World world = world("mixgcf-positive", 1);
        mixing(world, 0).sample(world.draw, 100, negatives);
        for (int n = 0; n < 100; n++) {
            assertThat(share(n, negatives.slot(n))).isEqualTo(1);
            assertThat(share(n, POSITIVE)).isZero();
            assertThat(score(world, n)).isEqualTo(world.model.score(negatives.slot(n)));
        }
    }

    /** The score is linear in α, so it comes as near to that of dns as α does to 0. */
    @Test
    void theSmallerTheShareTheNearerIsTheScoreToThatOfDns() {
        World world = world("mixgcf-positive", 2);
        double furthest = Double.POSITIVE_INFINITY;
        for (double most = 1; most >= 1e-3; most /= 10) {
            negatives.clear();
            mixing(world, most).sample(world.draw, 200, negatives);
            double off = 0;
            for (int n = 0; n < 200; n++) {
                double own = world.model.score(negatives.slot(n));
                double between = Math.abs(world.model.score(POSITIVE) - own);
                double distance = Math.abs(score(world, n) - own);
                assertThat(distance).isLessThanOrEqualTo(most * between + 1e-5);
                off = Math.max(off, distance);
            }
            assertThat(off).isGreaterThan(most * 0.1).isLessThan(furthest);
            furthest = off;
        }
        assertThat(furthest).isCloseTo(0, within(0.01));
    }

    private float share(int n, int slot) {
        float share = 0;
        for (int t = negatives.firstTerm(n); t < negatives.endTerm(n); t++) {
            share += negatives.termRow(t) == slot ? negatives.coefficient(t) : 0;
        }
        return share;
    }

    private float score(World world, int n) {
        float score = 0;
        for (int t = negatives.firstTerm(n); t < negatives.endTerm(n); t++) {
            score += negatives.coefficient(t) * world.model.score((int) negatives.termRow(t));
        }
        return score;
    }

    private static Sampler mixing(World world, double mostAlpha) {
        return HopMixingSampler.withoutHops(
                Samplers.make("uniform", ReferenceParameters.with(), world.catalog, world.counts, 64)
                        .sampler(),
                CANDIDATES,
                mostAlpha);
    }

    private static World world(String sampler, long seed) {
        return world(sampler, seed, CANDIDATES);
    }

    private static World world(String sampler, long seed, int candidates) {
        Parameters parameters = ReferenceParameters.with(
                "dns.warm-up", 0, "dns.candidates", candidates, "mixgcf-positive.candidates", candidates);
        World world = World.empty(sampler, parameters, ITEMS, seed);
        Arrays.fill(world.model.biases, 0f);
        world.draw.start(seed, 1, 1, POSITIVE, world.nowMs, world.clicked[0], world.unclicked[0]);
        return world;
    }

    /** Of every item but the positive, 0 the one with the highest score. */
    private static int[] ranks(World world) {
        int[] ranks = new int[ITEMS];
        for (int slot = 0; slot < ITEMS; slot++) {
            for (int other = 0; other < ITEMS; other++) {
                boolean isBetter = world.model.score(other) > world.model.score(slot);
                ranks[slot] += isBetter && other != POSITIVE ? 1 : 0;
            }
        }
        return ranks;
    }

    private static double[] law(int candidates) {
        int n = ITEMS - 1;
        double[] law = new double[n];
        for (int r = 0; r < n; r++) {
            law[r] = (Math.pow(n - r, candidates) - Math.pow(n - r - 1, candidates)) / Math.pow(n, candidates);
        }
        return law;
    }
}
