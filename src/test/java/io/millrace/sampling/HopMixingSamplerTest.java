package io.millrace.sampling;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.EntityId;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HopMixingSamplerTest {

    private static final int ITEMS = 3;

    /** Users 0, 1, 2 by items 0, 1, 2; user 1 clicked item 1 twice. */
    private static final int[][] CLICKS = {{0, 0}, {0, 1}, {1, 1}, {1, 1}, {1, 2}, {2, 0}};

    private final Catalog catalog = new Catalog();
    private final ClickGraph graph = new ClickGraph(catalog, 100);

    HopMixingSamplerTest() {
        for (int slot = 0; slot < ITEMS; slot++) {
            catalog.add(EntityId.of("item" + slot));
        }
        for (int[] click : CLICKS) {
            graph.clicked(World.userHash(click[0]), click[1], -1, 0);
        }
    }

    @Test
    void hopVectorsAreThoseOfThePowersOfTheNormalisedAdjacency() {
        Hops hops = new Hops(graph, 20);
        for (int rounds = 0; rounds <= 3; rounds++) {
            double[][] expected = power(rounds);
            for (int slot = 0; slot < ITEMS; slot++) {
                hops.of(slot, rounds, 0);
                assertThat(hops.ofUsers()).isEqualTo(rounds % 2 == 1);
                for (int vertex = 0; vertex < 3; vertex++) {
                    double exact = expected[3 + slot][rounds % 2 == 1 ? vertex : 3 + vertex];
                    assertThat(coefficient(hops, vertex)).isCloseTo(exact, within(1e-12));
                }
            }
        }
    }

    /** Over many choices of two neighbours the mean is that of all; of a wrong power it is not. */
    @Test
    void sampledNeighboursAreUnbiased() {
        Hops hops = new Hops(graph, 2);
        double[] expected = power(2)[3 + 1];
        for (int vertex = 0; vertex < ITEMS; vertex++) {
            double sum = 0;
            double squares = 0;
            int n = 20_000;
            for (int epoch = 0; epoch < n; epoch++) {
                hops.of(1, 2, epoch);
                double c = coefficient(hops, vertex);
                sum += c;
                squares += c * c;
            }
            double error = Math.sqrt((squares / n - sum / n * sum / n) / n) + 1e-9;
            assertThat(sum / n).isCloseTo(expected[3 + vertex], within(4.5 * error));
            assertThat(Math.abs(sum / n - power(4)[3 + 1][3 + vertex])).isGreaterThan(4.5 * error);
        }
    }

    @Test
    void theChoiceOfNeighboursStaysForAnEpoch() {
        Hops hops = new Hops(graph, 1);
        hops.of(1, 2, 5);
        double[] first = {coefficient(hops, 0), coefficient(hops, 1), coefficient(hops, 2)};
        hops.of(0, 2, 5);
        hops.of(1, 2, 5);
        assertThat(new double[] {coefficient(hops, 0), coefficient(hops, 1), coefficient(hops, 2)})
                .isEqualTo(first);
    }

    @Test
    void withoutHopsItIsPositiveMixingToTheBit() {
        forSeeds(5, random -> {
            long seed = random.nextLong();
            assertThat(terms(World.of("mixgcf", ReferenceParameters.with("mixgcf.hops", 0), seed)))
                    .isEqualTo(terms(World.of("mixgcf-positive", seed)));
        });
    }

    /** The score of the negative is that of the mean of both hops' mixtures, each of the candidate that is nearest there. */
    @Test
    void theNegativeIsTheMeanOverHopsOfTheNearestCandidates() {
        forSeeds(20, random -> {
            World world = World.of(
                    "mixgcf",
                    ReferenceParameters.with("mixgcf.candidates", 1, "mixgcf.neighbours", 20),
                    random.nextLong());
            Draw draw = world.context(random.nextInt(World.USERS));
            Negatives negatives = world.sample(1);
            Hops hops = new Hops(world.graph(), 20);
            double ofItself = dot(world, hops, negatives.slot(0), 0);
            double around = dot(world, hops, negatives.slot(0), 2);
            double positive = dot(world, hops, draw.positive(), 0);
            double aroundPositive = dot(world, hops, draw.positive(), 2);
            double mixed = 0;
            for (int t = negatives.firstTerm(0); t < negatives.endTerm(0); t++) {
                assertThat(negatives.termIsUser(t)).isFalse();
                int row = (int) negatives.termRow(t);
                mixed += negatives.coefficient(t) * (world.model.score(row) - world.model.bias(row));
            }
            double low = Math.min(positive, ofItself) + Math.min(aroundPositive, around);
            double high = Math.max(positive, ofItself) + Math.max(aroundPositive, around);
            assertThat(2 * mixed).isBetween(low - 1e-5, high + 1e-5);
        });
    }

    @Test
    void anItemNobodyClickedHasOnlyItself() {
        World world = World.empty("mixgcf", ReferenceParameters.with(), 10, 1);
        world.context(0, 3);
        Negatives negatives = world.sample(1);
        float sum = 0;
        for (int t = 0; t < negatives.endTerm(0); t++) {
            assertThat(negatives.termRow(t)).isIn(3L, (long) negatives.slot(0));
            sum += negatives.coefficient(t);
        }
        assertThat(sum).isCloseTo(0.5f, within(1e-6f));
    }

    @Test
    void aNegativeHasABoundedNumberOfRowsAndThoseWithTheLargestCoefficients() {
        World world = World.of("mixgcf", ReferenceParameters.with("mixgcf.neighbours", 20, "mixgcf.candidates", 2), 1);
        for (int k = 0; k < 600; k++) {
            world.add("more" + k);
        }
        world.live(20_000);
        for (int k = 0; k < 50; k++) {
            world.context(k % World.USERS);
            Negatives negatives = world.sample(1);
            assertThat(negatives.endTerm(0)).isBetween(1, HopMixingSampler.MOST_TERMS);
        }
    }

    private static double dot(World world, Hops hops, int slot, int rounds) {
        hops.of(slot, rounds, 0);
        double sum = 0;
        for (int t = 0; t < hops.size(); t++) {
            int row = (int) hops.vertex(t);
            sum += hops.coefficient(t) * (world.model.score(row) - world.model.bias(row));
        }
        return sum;
    }

    private static String terms(World world) {
        var all = new StringBuilder();
        for (int k = 0; k < 20; k++) {
            world.context(k % World.USERS);
            Negatives negatives = world.sample(5);
            for (int t = 0; t < negatives.terms(); t++) {
                all.append(negatives.termRow(t)).append(' ');
                all.append(negatives.coefficient(t)).append('\n');
            }
        }
        return all.toString();
    }

    private static double coefficient(Hops hops, int vertex) {
        for (int t = 0; t < hops.size(); t++) {
            if (hops.vertex(t) == (hops.ofUsers() ? World.userHash(vertex) : vertex)) {
                return hops.coefficient(t);
            }
        }
        return 0;
    }

    /** D^-1/2 A D^-1/2 to a power, users first. */
    private static double[][] power(int exponent) {
        double[][] a = new double[6][6];
        for (int[] click : CLICKS) {
            a[click[0]][3 + click[1]]++;
            a[3 + click[1]][click[0]]++;
        }
        double[] degree =
                Arrays.stream(a).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
        double[][] result = new double[6][6];
        for (int v = 0; v < 6; v++) {
            result[v][v] = 1;
        }
        for (int round = 0; round < exponent; round++) {
            double[][] next = new double[6][6];
            for (int v = 0; v < 6; v++) {
                for (int w = 0; w < 6; w++) {
                    for (int n = 0; n < 6; n++) {
                        next[v][w] += a[v][n] / Math.sqrt(degree[v] * degree[n]) * result[n][w];
                    }
                }
            }
            result = next;
        }
        return result;
    }
}
