package io.millrace.sampling;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FalseNegativesTest {

    @Test
    void countsAgreeWithAListPerUserOfTheLastNegatives() {
        forSeeds(5, random -> {
            World world = World.empty("uniform", parameters(7, 1000, false), 40, random.nextLong());
            FalseNegatives counted = world.sampling.falseNegatives();
            Map<Integer, ArrayDeque<Integer>> last = new HashMap<>();
            long found = 0;
            for (int k = 0; k < 600; k++) {
                int user = random.nextInt(World.USERS);
                ArrayDeque<Integer> ring = last.computeIfAbsent(user, u -> new ArrayDeque<>());
                if (random.nextInt(3) == 0) {
                    int slot = random.nextInt(40);
                    found += ring.stream().filter(other -> other == slot).count();
                    ArrayDeque<Integer> without = new ArrayDeque<>();
                    ring.forEach(other -> without.add(other == slot ? -1 : other));
                    last.put(user, without);
                    world.click(user, slot);
                } else {
                    Draw draw = world.context(user);
                    Negatives negatives = world.sample(3);
                    world.sampling.learned(draw, negatives);
                    for (int n = 0; n < negatives.size(); n++) {
                        ring.add(negatives.slot(n));
                        if (ring.size() > 7) {
                            ring.remove();
                        }
                    }
                }
            }
            assertThat(counted.samplers()).containsExactly("uniform");
            assertThat(counted.found(0)).isEqualTo(found).isPositive();
            assertThat(counted.watched(0)).isGreaterThan(found);
        });
    }

    @Test
    void aHarderSamplerHasMoreOfThemAndTheTestCanFail() {
        double[] shares = new double[2];
        for (int hard = 0; hard < 2; hard++) {
            World world =
                    World.of("dns", ReferenceParameters.with("dns.warm-up", 0, "dns.candidates", hard == 1 ? 8 : 1), 3);
            for (int k = 0; k < 4000; k++) {
                int user = k % World.USERS;
                Draw draw = world.context(user);
                draw.exclusions().clear();
                world.sampling.learned(draw, world.sample(2));
                if (k % 10 == 0) {
                    world.click(user, best(world));
                }
            }
            FalseNegatives counted = world.sampling.falseNegatives();
            shares[hard] = (double) counted.found(0) / counted.watched(0);
        }
        assertThat(shares[1]).isGreaterThan(2 * shares[0]);
        assertThat(shares[0]).isPositive();
    }

    /** Users come in any order and any number of times; those watched are the ones that would be watched in any other. */
    @Test
    void theUsersWatchedAreAFixedSampleWhateverOrderTheyComeIn() {
        forSeeds(10, random -> {
            Set<Long> few = watched(random.nextLong());
            if (!few.equals(watched(random.nextLong()))) {
                throw new AssertionError("another sample");
            }
            assertThat(few).hasSize(5);
        });
    }

    private static Set<Long> watched(long seed) {
        World world = World.empty("uniform", parameters(3, 5, true), 30, seed);
        for (int k = 0; k < 300; k++) {
            Draw draw = world.context(Math.floorMod((int) (seed + 7 * k), World.USERS), 1);
            world.sampling.learned(draw, world.sample(3));
        }
        Set<Long> users = new HashSet<>();
        for (int user = 0; user < World.USERS; user++) {
            for (int slot = 0; slot < 30; slot++) {
                if (world.sampling.falseNegatives().owed(World.userHash(user), slot) > 0) {
                    users.add(World.userHash(user));
                }
            }
        }
        return users;
    }

    @Test
    void aClickIsOwedTheWeightOfItsNegativesOnceAndAtMostOne() {
        World world = World.empty("uniform", parameters(10, 10, true), 30, 1);
        Draw draw = world.context(3, 1);
        var negatives = new Negatives();
        negatives.add(7, 0.1, 0.25f, "exposed");
        negatives.add(8, 0.1, 0.7f, "exposed");
        negatives.add(8, 0.1, 0.7f, "uniform");
        world.sampling.learned(draw, negatives);
        FalseNegatives counted = world.sampling.falseNegatives();
        long user = World.userHash(3);
        assertThat(counted.owed(user, 7)).isCloseTo(0.25f, within(1e-6f));
        assertThat(counted.owed(user, 8)).isEqualTo(1);
        assertThat(counted.owed(user, 9)).isZero();
        world.click(3, 8);
        assertThat(counted.owed(user, 8)).isZero();
        assertThat(counted.found(0) + counted.found(1)).isEqualTo(2);
    }

    @Test
    void anItemThatTookTheSlotOfARetiredOneIsNotTheNegative() {
        World world = World.empty("uniform", parameters(10, 10, true), 30, 1);
        Draw draw = world.context(3, 1);
        var negatives = new Negatives();
        negatives.add(0, 0.1, 1, "uniform");
        world.sampling.learned(draw, negatives);
        world.retire("item0");
        assertThat(world.add("new")).isZero();
        assertThat(world.sampling.falseNegatives().owed(World.userHash(3), 0)).isZero();
    }

    private static int best(World world) {
        int best = -1;
        for (int slot = 0; slot < world.catalog.slots(); slot++) {
            boolean better = best < 0 || world.model.score(slot) > world.model.score(best);
            best = world.catalog.isActive(slot) && better ? slot : best;
        }
        return best;
    }

    private static Parameters parameters(int kept, int users, boolean compensate) {
        return ReferenceParameters.with(
                "false-negatives.kept", kept, "false-negatives.users", users, "false-negatives.compensate", compensate);
    }
}
