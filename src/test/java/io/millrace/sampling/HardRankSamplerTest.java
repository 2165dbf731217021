package io.millrace.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.ChiSquare;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HardRankSamplerTest {

    @Test
    void drawsAreEvenOverTheWindowOfFrozenRanks() {
        World world = frozen("exact");
        int[] frozenOrder = order(world);
        world.model.biases[frozenOrder[50]] += 1000;
        start(world, 1);
        long[] seen = world.draws(50_000);
        double[] law = new double[200];
        for (int rank = 11; rank <= 30; rank++) {
            law[frozenOrder[rank - 1]] = 1.0 / 20;
        }
        assertThat(ChiSquare.pValue(seen, law)).isGreaterThan(1e-4);
        assertThat(world.law()).containsExactly(law);
    }

    @Test
    void theUsersVectorIsThatOfFirstSightSinceTheFreeze() {
        World world = frozen("exact");
        int[] frozenOrder = order(world);
        start(world, 1);
        world.sampling.learned(world.draw, world.sample(1));
        Arrays.fill(world.model.user(World.userHash(1)), 0f);
        start(world, 1);
        for (int k = 0; k < 100; k++) {
            assertThat(Arrays.copyOfRange(frozenOrder, 10, 30)).contains(world.sampler.draw(world.draw));
        }
    }

    @Test
    void aPoolIsDrawnFromAtTheSameSharesOfItsRanks() {
        World world = frozen("sampled");
        int[] order = order(world);
        double sum = 0;
        for (int k = 0; k < 2000; k++) {
            int slot = world.sampler.draw(world.draw);
            sum += 1
                    + IntStream.range(0, 200)
                            .filter(rank -> order[rank] == slot)
                            .findFirst()
                            .orElseThrow();
        }
        assertThat(sum / 2000).isBetween(15.0, 26.0);
    }

    @Test
    void beforeTheFirstFreezeTheBaseDraws() {
        World world = World.empty("hard-rank", ReferenceParameters.with(), 50, 1);
        start(world, 1);
        Negatives negatives = world.sample(10);
        assertThat(negatives.size()).isEqualTo(10);
        assertThat(negatives.sampler(0)).isEqualTo("uniform");
    }

    private static World frozen(String mode) {
        World world = World.empty(
                "hard-rank",
                ReferenceParameters.with("hard-rank.mode", mode, "hard-rank.low", 11, "hard-rank.high", 30),
                200,
                1);
        world.passTo(world.nowMs + 1);
        start(world, 2);
        world.sampling.learned(world.draw, world.negatives);
        start(world, 1);
        return world;
    }

    private static void start(World world, int user) {
        world.model.of(World.userHash(user));
        world.draw.start(1, user, World.userHash(user), -1, world.nowMs, world.clicked[0], world.unclicked[0]);
    }

    private static int[] order(World world) {
        return IntStream.range(0, 200)
                .boxed()
                .sorted((a, b) -> Float.compare(world.model.score(b), world.model.score(a)))
                .mapToInt(slot -> slot)
                .toArray();
    }
}
