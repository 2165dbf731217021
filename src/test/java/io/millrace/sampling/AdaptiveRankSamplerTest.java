package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.testing.ChiSquare;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdaptiveRankSamplerTest {

    /** With r / Λ as whole numbers, as in a published program, ranks of one stair would be equally likely. */
    @Test
    void theLawIsTheSumOverFactorsOfExponentialsInTheirOrders() {
        World world = sorted(0.1);
        double[] expected = law(world, 0.1);
        double[] law = world.law();
        for (int slot = 0; slot < 100; slot++) {
            assertThat(law[slot]).isCloseTo(expected[slot], within(1e-6));
        }
        for (int seed = 0; seed < 5; seed++) {
            start(world, seed);
            long[] seen = world.draws(100_000);
            assertThat(ChiSquare.pValue(seen, law)).isGreaterThan(1e-4);
            assertThat(ChiSquare.pValue(seen, law(world, 0.12))).isLessThan(1e-6);
        }
    }

    @Test
    void afterItemsCameAndWentTheLawIsStillThatOfTheDraws() {
        World world = sorted(0.1);
        for (int k = 0; k < 40; k++) {
            world.add("new" + k);
            world.retire("item" + k);
        }
        start(world, 1);
        double[] law = world.law();
        assertThat(java.util.Arrays.stream(law).sum()).isCloseTo(1, within(1e-9));
        assertThat(ChiSquare.pValue(world.draws(100_000), law)).isGreaterThan(1e-4);
    }

    private static World sorted(double lambda) {
        World world = World.empty("adaptive-rank", ReferenceParameters.with("adaptive-rank.lambda", lambda), 100, 1);
        start(world, 0);
        world.sampling.learned(world.draw, world.negatives);
        start(world, 1);
        return world;
    }

    private static void start(World world, long event) {
        world.draw.start(1, event, 1, -1, world.nowMs, world.clicked[0], world.unclicked[0]);
    }

    private static double[] law(World world, double lambdaShare) {
        float[] user = new float[8];
        world.model.user(user);
        double[] law = new double[100];
        double sum = 0;
        for (int f = 0; f < 8; f++) {
            int factor = f;
            int[] order = IntStream.range(0, 100)
                    .boxed()
                    .sorted((a, b) -> Float.compare(world.model.items[b][factor], world.model.items[a][factor]))
                    .mapToInt(slot -> slot)
                    .toArray();
            double share = Math.abs(user[f]) * deviation(world, f);
            for (int r = 0; r < 100; r++) {
                int slot = order[user[f] > 0 ? r : 99 - r];
                double g = Math.exp(-r / (lambdaShare * 100));
                law[slot] += share * g;
                sum += share * g;
            }
        }
        for (int slot = 0; slot < 100; slot++) {
            law[slot] /= sum;
        }
        return law;
    }

    private static double deviation(World world, int f) {
        double mean = IntStream.range(0, 100)
                .mapToDouble(j -> world.model.items[j][f])
                .average()
                .orElseThrow();
        return Math.sqrt(IntStream.range(0, 100)
                .mapToDouble(j -> Math.pow(world.model.items[j][f] - mean, 2))
                .average()
                .orElseThrow());
    }
}
