package io.millrace.sampling;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.event.Hash;
import io.millrace.popularity.SumTree;
import io.millrace.testing.ChiSquare;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Mistakes that published programs make, each of which would fail here. */
class KnownMistakesTest {

    /** MCNS: a reverse move that is not a neighbour's takes the density of the other proposal, and balance is lost. */
    @Test
    void theStationaryLawOfTheChainIsItsTargetThoughNeighboursDoNotLeadBack() {
        World world = World.of("mcns", 5);
        Draw draw = world.context(1);
        ChainSampler chain = (ChainSampler) world.sampler;
        double[] law = targetOf(world, Targets.sigmoid(0.25));
        double[] after = new double[law.length];
        for (int x = 0; x < law.length; x++) {
            double leaves = 0;
            for (int y = 0; y < law.length && law[x] > 0; y++) {
                double moves = x != y && law[y] > 0 ? chain.transition(draw, x, y) : 0;
                after[y] += law[x] * moves;
                leaves += moves;
            }
            after[x] += law[x] * (1 - leaves);
        }
        for (int slot = 0; slot < law.length; slot++) {
            assertThat(after[slot]).isCloseTo(law[slot], within(1e-14));
        }
    }

    /** MCNS: σ(affinity^0.25) is no number below an affinity of 0. */
    @Test
    void aNegativeScoreHasAWeightInTheChainsTarget() {
        World world = World.of("mcns", 1);
        world.context(1);
        Arrays.fill(world.model.biases, -9);
        for (int slot = 0; slot < 50; slot++) {
            assertThat(Targets.sigmoid(0.25).weight(world.draw, slot)).isBetween(0.05, 1.0);
        }
    }

    /** Torch-rechub: log q taken off before the division by the temperature, which scales the correction. */
    @Test
    void theTemperatureDividesTheScoreAndNotTheCorrection() {
        World world = World.empty(
                "snis",
                ReferenceParameters.with("snis.temperature", 0.5, "snis.most", 512, "snis.least-effective", 512),
                4,
                3);
        for (int k = 0; k < 40; k++) {
            world.click(7, k % 10 == 0 ? 1 : k % 4 == 0 ? 2 : 3);
        }
        long[] seen = new long[4];
        for (int k = 0; k < 4000; k++) {
            start(world, k);
            seen[world.sampler.draw(world.draw)]++;
        }
        double[] right = new double[4];
        double[] wrong = new double[4];
        double[] base = new double[4];
        double sum = 0;
        for (int slot = 0; slot < 4; slot++) {
            base[slot] = Math.pow(1 + world.counts.clicks(slot), 0.75);
            sum += base[slot];
        }
        for (int slot = 0; slot < 4; slot++) {
            double q = base[slot] / sum;
            right[slot] = Math.exp(world.model.score(slot) / 0.5);
            wrong[slot] = q * Math.exp((world.model.score(slot) - Math.log(q)) / 0.5);
        }
        assertThat(ChiSquare.pValue(seen, normalised(right))).isGreaterThan(1e-4);
        assertThat(ChiSquare.pValue(seen, normalised(wrong))).isLessThan(1e-6);
    }

    private static void start(World world, long event) {
        world.model.of(7);
        world.draw.start(1, event, 7, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
    }

    /** LibRec's AOBPR: (i + 1) / λ as whole numbers makes a law of stairs. */
    @Test
    void everyRankOfTheAdaptiveSamplerIsLessLikelyThanTheOneBefore() {
        World world = World.empty("adaptive-rank", ReferenceParameters.with("adaptive-rank.lambda", 0.2), 50, 1);
        for (int slot = 0; slot < world.model.items.length; slot++) {
            Arrays.fill(world.model.items[slot], 0);
            world.model.items[slot][0] = slot;
        }
        for (int event = 0; event < 2; event++) {
            world.draw.start(1, event, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
            world.sampling.learned(world.draw, world.negatives);
        }
        world.draw.start(1, 2, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
        float[] user = new float[8];
        world.model.user(user);
        for (int slot = 1; slot < 50; slot++) {
            double ratio =
                    world.sampler.probability(world.draw, slot) / world.sampler.probability(world.draw, slot - 1);
            assertThat(ratio).isCloseTo(Math.exp(Math.signum(user[0]) / 10), within(1e-6));
        }
    }

    /** RecBole's alias table: the last cell, by rounding a little below 1, leads to the item -1. */
    @Test
    void noWeightsMakeADrawFallOffTheEndOfTheTable() {
        forSeeds(300, random -> {
            SumTree tree = new SumTree();
            int items = 1 + random.nextInt(40);
            for (int slot = 0; slot < items; slot++) {
                tree.set(slot, random.nextInt(3) == 0 ? 0.1 : StrictMath.pow(10, random.nextInt(30) - 15) / 3);
            }
            for (int k = 0; k < 300; k++) {
                int slot = tree.draw(random);
                if (slot < 0 || slot >= items || tree.get(slot) <= 0) {
                    throw new AssertionError("drew " + slot + " of " + items);
                }
            }
        });
    }

    /** A re-implementation of the streaming estimate adds a A where a (t - A) belongs, and its shares fall with time. */
    @Test
    void theEstimatedShareDoesNotDependOnHowLongTheStreamHasRun() {
        var random = new CounterRandom().reset(1, 1, 1);
        var frequency = new StreamingFrequency(new Catalog(), 0.01, 1 << 16, 2);
        for (int k = 1; k <= 400_000; k++) {
            frequency.seen(random.nextInt(20) == 0 ? 7 : Hash.mix(random.nextInt(500)));
            if (k % 100_000 == 0) {
                assertThat(frequency.shareOf(7)).isCloseTo(0.05, within(0.015));
            }
        }
    }

    /** Gaps that start from 0 make the first estimates 4.7 times too large. */
    @Test
    void theFirstEstimatesOfAShareAreNotFarTooLarge() {
        double sum = 0;
        for (int run = 0; run < 300; run++) {
            var random = new CounterRandom().reset(run, 3, 1);
            var frequency = new StreamingFrequency(new Catalog(), 0.05, 1 << 14, 2);
            for (int k = 0, sightings = 0; sightings < 5; k++) {
                boolean is = random.nextInt(50) == 0;
                sightings += is ? 1 : 0;
                frequency.seen(is ? 7 : Hash.mix(1_000_000L * run + k));
            }
            sum += Math.log(frequency.shareOf(7) / 0.02) / 300;
        }
        assertThat(Math.exp(sum)).isBetween(0.7, 1.6);
    }

    /** A log-uniform sampler that takes ids for ranks draws whatever came first. */
    @Test
    void theMostClickedItemIsTheLikeliestThoughItCameLast() {
        World world = World.empty("log-uniform", ReferenceParameters.with(), 30, 1);
        int last = world.add("last");
        for (int k = 0; k < 20; k++) {
            world.click(k % 7, last);
        }
        world.passTo(world.nowMs + 1);
        world.draw.start(1, 1, 1, -1, world.nowMs, world.clicked[19], world.unclicked[19]);
        assertThat(Arrays.stream(world.law()).max().orElseThrow())
                .isEqualTo(world.sampler.probability(world.draw, last))
                .isCloseTo(Math.log(2) / Math.log(32), within(1e-12));
    }

    private static double[] targetOf(World world, ChainSampler.Target target) {
        double[] law = new double[world.catalog.slots()];
        for (int slot = 0; slot < law.length; slot++) {
            boolean eligible =
                    world.catalog.isActive(slot) && !world.draw.exclusions().contains(slot);
            law[slot] = eligible ? target.weight(world.draw, slot) : 0;
        }
        return normalised(law);
    }

    private static double[] normalised(double[] law) {
        double sum = Arrays.stream(law).sum();
        return Arrays.stream(law).map(p -> p / sum).toArray();
    }
}
