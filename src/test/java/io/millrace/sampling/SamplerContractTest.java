package io.millrace.sampling;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.event.EntityId;
import io.millrace.testing.ChiSquare;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every sampler in the registry promises. */
class SamplerContractTest {

    static List<String> names() {
        return Samplers.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void neverDrawsAnExcludedOrRetiredItem(String name) {
        forSeeds(5, random -> {
            World world = World.of(name, random.nextLong());
            for (int k = 0; k < 200; k++) {
                Draw draw = world.context(random.nextInt(World.USERS));
                for (int more = random.nextInt(30); more > 0; more--) {
                    draw.exclusions().add(random.nextInt(60));
                }
                Negatives negatives = world.sample(10);
                check(negatives.size() <= 10 || world.sampler.needsBatch(), "too many negatives");
                for (int n = 0; n < negatives.size(); n++) {
                    check(world.catalog.isActive(negatives.slot(n)), "drew a hole");
                    check(!draw.exclusions().contains(negatives.slot(n)), "drew an excluded item");
                }
                world.sampling.learned(draw, negatives);
                world.live(1);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void sameSeedSameDraws(String name) {
        forSeeds(3, random -> {
            long seed = random.nextLong();
            assertThat(run(World.of(name, seed), 100)).isEqualTo(run(World.of(name, seed), 100));
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void aUserWhoClickedEverythingGetsFewerRatherThanWrong(String name) {
        World world = World.of(name, 1);
        world.context(0);
        world.excludeAll();
        assertThat(world.sample(20).size()).isZero();
        assertThat(world.sampler.draw(world.draw)).isIn(Sampler.EXHAUSTED, Sampler.NO_ELIGIBLE_ITEM);
    }

    @ParameterizedTest
    @MethodSource("names")
    void anEmptyCatalogGivesNothing(String name) {
        World world = World.empty(name, ReferenceParameters.with(), 0, 1);
        world.context(0, -1);
        assertThat(world.sample(20).size()).isZero();
    }

    @ParameterizedTest
    @MethodSource("names")
    void qIsWhatItsKindPromises(String name) {
        forSeeds(20, random -> {
            World world = World.of(name, random.nextLong());
            world.context(random.nextInt(World.USERS));
            QKind kind = world.sampler.qKind();
            double sum = 0;
            for (double q : world.law()) {
                sum += q;
            }
            if (kind == QKind.NONE) {
                assertThat(sum).isNaN();
            } else if (kind != QKind.ESTIMATED) {
                boolean nothing = kind == QKind.PARTIAL && !world.sampler.canDraw(world.draw);
                assertThat(sum).isCloseTo(nothing ? 0 : 1, within(1e-9));
            }
            Negatives negatives = world.sample(20);
            for (int k = 0; k < negatives.size(); k++) {
                double q = negatives.q(k);
                assertThat(kind == QKind.NONE ? Double.isNaN(q) : q > 0 && q <= 1)
                        .isTrue();
            }
        });
    }

    /** Draws that are made together say the same q as one that is asked for; samples of a whole batch are left out. */
    @ParameterizedTest
    @MethodSource("names")
    void theQOfDrawsMadeTogetherIsThatOfEach(String name) {
        World world = World.of(name, 8);
        assumeTrue(world.sampler.qKind() == QKind.EXACT || world.sampler.qKind() == QKind.PARTIAL);
        for (int user = 0; user < World.USERS; user++) {
            Draw draw = world.context(user);
            Negatives negatives = world.sample(50);
            for (int k = 0; k < negatives.size(); k++) {
                assertThat(negatives.q(k))
                        .isCloseTo(world.sampler.probability(draw, negatives.slot(k)), withinPercentage(1e-12));
            }
        }
    }

    /** As the draws one by one: what is made together for speed follows the same law. */
    @ParameterizedTest
    @MethodSource("names")
    void drawsMadeTogetherAgreeWithQAndTheTestCanFail(String name) {
        World world = World.of(name, 2);
        assumeTrue(world.sampler.qKind() == QKind.EXACT || world.sampler.qKind() == QKind.PARTIAL);
        Draw draw = world.context(2);
        assumeTrue(world.sampler.canDraw(draw));
        long[] seen = new long[world.catalog.slots()];
        for (int k = 0; k < 10_000; k++) {
            Negatives negatives = world.sample(20);
            for (int n = 0; n < negatives.size(); n++) {
                seen[negatives.slot(n)]++;
            }
        }
        double[] law = world.law();
        assertThat(ChiSquare.pValue(seen, law)).isGreaterThan(1e-4);
        assertThat(ChiSquare.pValue(seen, tilted(law))).isLessThan(1e-6);
    }

    @ParameterizedTest
    @MethodSource("names")
    void drawsAgreeWithQAndTheTestCanFail(String name) {
        for (int seed = 0; seed < 5; seed++) {
            World world = World.of(name, seed);
            assumeTrue(world.sampler.qKind() == QKind.EXACT || world.sampler.qKind() == QKind.PARTIAL);
            Draw draw = world.context(seed);
            assumeTrue(world.sampler.canDraw(draw));
            long[] seen = world.draws(200_000);
            double[] law = world.law();
            assertThat(ChiSquare.pValue(seen, law)).as("seed " + seed).isGreaterThan(1e-4);
            assertThat(ChiSquare.pValue(seen, tilted(law))).as("seed " + seed).isLessThan(1e-6);
        }
    }

    /** The same law after all that may change it: new items, retired ones, a moved landmark. */
    @ParameterizedTest
    @MethodSource("names")
    void drawsStillAgreeWithQWhenTheWorldHasChanged(String name) {
        World world = World.of(name, 3);
        assumeTrue(world.sampler.qKind() == QKind.EXACT || world.sampler.qKind() == QKind.PARTIAL);
        for (int k = 0; k < 60; k++) {
            world.add("new" + k);
        }
        world.passTo(world.nowMs + 300L * 24 * World.HOUR_MS);
        world.live(500);
        for (int k = 0; k < 60; k += 3) {
            world.retire("new" + k);
        }
        world.context(5);
        assumeTrue(world.sampler.canDraw(world.draw));
        assertThat(ChiSquare.pValue(world.draws(200_000), world.law())).isGreaterThan(1e-4);
    }

    @ParameterizedTest
    @MethodSource("names")
    void restoredItGoesOnAsIfNothingHadHappened(String name) throws IOException {
        World left = World.of(name, 9);
        World right = World.of(name, 9);
        run(left, 50);
        run(right, 50);
        byte[] state = write(left.sampling);
        byte[] again = state;
        right.sampling.readFrom(new DataInputStream(new ByteArrayInputStream(state)));
        assertThat(write(right.sampling)).isEqualTo(again);
        assertThat(run(right, 50)).isEqualTo(run(left, 50));
    }

    /** With small bounds, twice the users and twice the events are remembered in no more bytes. */
    @ParameterizedTest
    @MethodSource("names")
    void whatItRemembersIsBounded(String name) {
        Map<String, Object> bounds = new HashMap<>();
        for (String sampler : names()) {
            bounds.put(sampler + ".users", 50);
        }
        bounds.remove("mix.users");
        bounds.put("false-negatives.users", 10);
        bounds.put("click-graph.window", 1000);
        bounds.put("recent-clicks.clicks", 100);
        Object[] pairs = bounds.entrySet().stream()
                .flatMap(bound -> Stream.of(bound.getKey(), bound.getValue()))
                .toArray();
        World world = World.of(name, ReferenceParameters.with(pairs), 6);
        pass(world, 0, 2500);
        long bytes = world.sampling.stateBytes();
        pass(world, 2500, 5000);
        assertThat(world.sampling.stateBytes()).isLessThanOrEqualTo(bytes + bytes / 20 + 100);
    }

    private static void pass(World world, int from, int to) {
        for (int user = from; user < to; user++) {
            world.nowMs += 1000;
            world.sampling.advanced(world.nowMs);
            long hash = EntityId.of("other" + user).hash();
            int slot = user % 50 + (user % 50 % 6 == 0 ? 1 : 0);
            world.draw.start(1, user, hash, slot, world.nowMs, world.clicked[1], world.unclicked[1]);
            world.sampling.learned(world.draw, world.sample(2));
            world.sampling.clicked(hash, slot, -1, world.nowMs);
            world.sampling.unclicked(hash, slot, world.nowMs);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void drawingAllocatesNothing(String name) {
        World world = World.of(name, 4);
        var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        world.context(1);
        sampleOften(world, 3000);
        long before = bean.getThreadAllocatedBytes(thread);
        sampleOften(world, 2000);
        assertThat(bean.getThreadAllocatedBytes(thread) - before).isLessThan(20_000);
    }

    private static void sampleOften(World world, int times) {
        long user = World.userHash(1);
        for (int k = 0; k < times; k++) {
            world.draw.start(1, k, user, 5, world.nowMs, world.clicked[1], world.unclicked[1]);
            world.sample(5);
        }
    }

    /** Draws and events, and what was drawn. */
    private static String run(World world, int rounds) {
        var drawn = new StringBuilder();
        for (int k = 0; k < rounds; k++) {
            Draw draw = world.context(k % World.USERS);
            Negatives negatives = world.sample(8);
            for (int n = 0; n < negatives.size(); n++) {
                drawn.append(negatives.slot(n)).append(' ').append(negatives.q(n));
                drawn.append(' ').append(negatives.sampler(n)).append('\n');
            }
            world.sampling.learned(draw, negatives);
            world.live(1);
        }
        return drawn.toString();
    }

    private static byte[] write(Sampling sampling) throws IOException {
        var bytes = new ByteArrayOutputStream();
        sampling.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    /** A tenth more for the likely half of the items and a tenth less for the others, or the other way round. */
    private static double[] tilted(double[] law) {
        double[] wrong = law.clone();
        double sum = 0;
        for (int slot = 0; slot < wrong.length; slot++) {
            wrong[slot] *= sum < 0.5 ? 1.1 : 0.9;
            sum += law[slot];
        }
        return wrong;
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
