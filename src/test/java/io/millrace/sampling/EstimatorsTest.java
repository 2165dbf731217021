package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EstimatorsTest {

    private interface Run {
        Estimate estimate(World world);
    }

    @Test
    void theIntervalCoversTheSumAsOftenAsItSays() {
        World world = world("uniform");
        double exact = partition(world);
        int covered = 0;
        for (int k = 0; k < 4000; k++) {
            start(world, k);
            Estimate estimate = Estimators.sum(world.draw, world.sampler, score(world), 200, 200, 0);
            covered += Math.abs(estimate.mean() - exact) <= estimate.margin95() ? 1 : 0;
        }
        assertThat(covered / 4000.0).isBetween(0.935, 0.965);
    }

    @Test
    void theErrorFallsWithTheRootOfTheDraws() {
        World world = world("popularity");
        double few = error(world, 50);
        double many = error(world, 800);
        assertThat(Math.log(many / few) / Math.log(16)).isCloseTo(-0.5, within(0.05));
    }

    private static double error(World world, int draws) {
        double exact = partition(world);
        double squares = 0;
        for (int k = 0; k < 2000; k++) {
            start(world, k);
            double off = Estimators.sum(world.draw, world.sampler, score(world), draws, draws, 0)
                            .mean()
                    - exact;
            squares += off * off;
        }
        return Math.sqrt(squares / 2000);
    }

    @Test
    void aTargetErrorStopsEarly() {
        World world = world("uniform");
        start(world, 1);
        Estimate estimate = Estimators.sum(world.draw, world.sampler, score(world), 8, 100_000, 0.05);
        assertThat(estimate.count()).isLessThan(5000);
        assertThat(estimate.standardError()).isLessThanOrEqualTo(0.05 * estimate.mean());
    }

    @Test
    void importanceSamplingIsUnbiasedForEveryProposal() {
        for (String name : new String[] {"uniform", "popularity", "log-uniform"}) {
            World world = world(name);
            double sum = partition(world);
            Estimators.Value p = slot -> Math.exp(world.model.score(slot)) / sum;
            assertUnbiased(world, w -> Estimators.importance(w.draw, w.sampler, p, slot -> slot, 32));
        }
    }

    /** The nearer the proposal to p |h|, the smaller the error: here p is as popularity is. */
    @Test
    void ofTwoProposalsTheOneThatIsLikeTheTargetHasTheSmallerError() {
        assertThat(importanceVariance("popularity")).isLessThan(importanceVariance("uniform") / 2);
    }

    private static double importanceVariance(String name) {
        World world = world(name);
        double total = 0;
        for (int slot = 0; slot < 200; slot++) {
            for (int k = 0; k < 400 / (slot + 1); k++) {
                world.click(k % World.USERS, slot);
            }
            total += likePopularity(world, slot);
        }
        double all = total;
        double sum = 0;
        double squares = 0;
        for (int k = 0; k < 3000; k++) {
            start(world, k);
            double mean = Estimators.importance(
                            world.draw, world.sampler, slot -> likePopularity(world, slot) / all, slot -> 1, 32)
                    .mean();
            sum += mean;
            squares += mean * mean;
        }
        assertThat(sum / 3000).isCloseTo(1, within(0.05));
        return squares / 3000 - sum / 3000 * (sum / 3000);
    }

    private static double likePopularity(World world, int slot) {
        return 0.05 + world.counts.decayedClicks().get(slot);
    }

    private static void assertUnbiased(World world, Run run) {
        double exact = softmaxMean(world);
        double sum = 0;
        double squares = 0;
        for (int k = 0; k < 5000; k++) {
            start(world, k);
            double mean = run.estimate(world).mean();
            sum += mean;
            squares += mean * mean;
        }
        double error = Math.sqrt((squares / 5000 - sum / 5000 * (sum / 5000)) / 5000);
        assertThat(sum / 5000).isCloseTo(exact, within(4.5 * error));
    }

    @Test
    void theBiasOfSelfNormalisingFallsWithTheDraws() {
        World world = world("uniform");
        double few = Math.abs(bias(world, 4));
        double many = Math.abs(bias(world, 64));
        // 16 times the draws, about a 16th of the bias, known to a few hundredths.
        assertThat(many).isLessThan(few / 5);
    }

    private static double bias(World world, int draws) {
        double sum = 0;
        for (int k = 0; k < 20_000; k++) {
            start(world, k);
            sum += Estimators.selfNormalised(
                            world.draw, world.sampler, world.model::score, slot -> slot, draws, 1e9, draws)
                    .mean();
        }
        return sum / 20_000 - softmaxMean(world);
    }

    @Test
    void theEffectiveNumberIsAllOfEqualWeightsAndOneOfASingleOne() {
        var equal = new Estimate();
        var single = new Estimate();
        for (int k = 0; k < 10; k++) {
            equal.add(k, 0.3);
            single.add(k, k == 3 ? 1 : 0);
        }
        assertThat(equal.effectiveCount()).isCloseTo(10, within(1e-9));
        assertThat(single.effectiveCount()).isEqualTo(1);
        assertThat(single.mean()).isEqualTo(3);
    }

    @Test
    void itStopsOnlyWithEnoughEffectiveDrawsOrAtTheMost() {
        World world = world("uniform");
        for (int k = 0; k < 200; k++) {
            start(world, k);
            Estimate estimate = Estimators.selfNormalised(
                    world.draw, world.sampler, slot -> 5 * world.model.score(slot), slot -> slot, 16, 8, 256);
            assertThat(estimate.effectiveCount() >= 8 || estimate.count() == 256)
                    .isTrue();
        }
    }

    @Test
    void theRankIsThatOfAFullSort() {
        World world = world("uniform");
        start(world, 1);
        int better = 0;
        for (int slot = 0; slot < 200; slot++) {
            better += world.model.score(slot) > world.model.score(7) ? 1 : 0;
        }
        Estimate rank = Estimators.rank(world.draw, world.sampler, 7, 20_000);
        assertThat(rank.mean()).isCloseTo(1 + better, within(4.5 * rank.standardError()));
    }

    @Test
    void oneDrawHasNoError() {
        var one = new Estimate();
        one.add(3);
        assertThat(one.standardError()).isInfinite();
    }

    @Test
    void aSamplerThatDrawsWhatItCannotDrawIsFoundOut() {
        World world = world("dns");
        start(world, 1);
        assertThatThrownBy(() -> Estimators.sum(world.draw, world.sampler, score(world), 8, 8, 0))
                .hasMessageContaining("dns drew slot");
    }

    /** The resampled law, averaged over pools, is near the softmax. */
    @Test
    void resampledNegativesFollowTheSoftmax() {
        World world = World.empty("snis", ReferenceParameters.with("snis.least-effective", 256.0), 40, 1);
        double sum = partition(world);
        long[] seen = new long[40];
        for (int k = 0; k < 40_000; k++) {
            start(world, k);
            seen[world.sampler.draw(world.draw)]++;
        }
        for (int slot = 0; slot < 40; slot++) {
            double p = Math.exp(world.model.score(slot)) / sum;
            assertThat(seen[slot] / 40_000.0).isCloseTo(p, within(4.5 * Math.sqrt(p / 40_000) + 0.03 * p));
            assertThat(world.sampler.probability(world.draw, slot)).isCloseTo(p, within(0.4 * p));
        }
    }

    private static World world(String name) {
        return World.empty(name, ReferenceParameters.with("dns.warm-up", 0), 200, 1);
    }

    private static void start(World world, int event) {
        world.draw.start(1, event, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
    }

    private static Estimators.Value score(World world) {
        return slot -> Math.exp(world.model.score(slot));
    }

    private static double partition(World world) {
        double sum = 0;
        for (int slot = 0; slot < world.catalog.slots(); slot++) {
            sum += Math.exp(world.model.score(slot));
        }
        return sum;
    }

    private static double softmaxMean(World world) {
        double sum = 0;
        for (int slot = 0; slot < world.catalog.slots(); slot++) {
            sum += slot * Math.exp(world.model.score(slot));
        }
        return sum / partition(world);
    }
}
