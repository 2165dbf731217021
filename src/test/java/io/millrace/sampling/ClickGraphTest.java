package io.millrace.sampling;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import io.millrace.testing.ChiSquare;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClickGraphTest {

    private record Edge(long user, int slot) {}

    @Test
    void everyEdgeIsInOneUsersListAndOneItemsListUntilItLeaves() {
        forSeeds(20, random -> {
            var catalog = new Catalog();
            for (int k = 0; k < 12; k++) {
                catalog.add(EntityId.of("item" + k));
            }
            var graph = new ClickGraph(catalog, 50);
            List<Edge> naive = new ArrayList<>();
            for (int step = 0; step < 500; step++) {
                int slot = random.nextInt(12);
                if (random.nextInt(30) == 0) {
                    String text = catalog.item(slot).text();
                    catalog.retire(EntityId.of(text).hash());
                    catalog.add(EntityId.of(text));
                    naive.replaceAll(e -> e.slot() == slot ? new Edge(e.user(), -1) : e);
                }
                long user = random.nextInt(7);
                graph.clicked(user, slot, -1, 0);
                naive.add(new Edge(user, slot));
                if (naive.size() > 50) {
                    naive.remove(0);
                }
            }
            assertThat(graph.size()).isEqualTo(50);
            for (long user = 0; user < 7; user++) {
                assertThat(ofUser(graph, user)).isEqualTo(newestFirst(naive, user, -2));
            }
            for (int slot = 0; slot < 12; slot++) {
                assertThat(ofItem(graph, slot)).isEqualTo(newestFirst(naive, -2, slot));
            }
        });
    }

    private static List<Edge> newestFirst(List<Edge> naive, long user, int slot) {
        List<Edge> found = new ArrayList<>();
        for (int k = naive.size() - 1; k >= 0; k--) {
            if (naive.get(k).user() == user || naive.get(k).slot() == slot) {
                found.add(naive.get(k));
            }
        }
        return found;
    }

    private static List<Edge> ofUser(ClickGraph graph, long user) {
        List<Edge> edges = new ArrayList<>();
        for (int k = 0; k < graph.userDegree(user); k++) {
            edges.add(new Edge(user, graph.item(graph.edgeOfUser(user, k))));
        }
        return edges;
    }

    private static List<Edge> ofItem(ClickGraph graph, int slot) {
        List<Edge> edges = new ArrayList<>();
        for (int k = 0; k < graph.itemDegree(slot); k++) {
            edges.add(new Edge(graph.user(graph.edgeOfItem(slot, k)), slot));
        }
        return edges;
    }

    @Test
    void neighboursAreTheClicksBeforeAndAfter() {
        var catalog = new Catalog();
        for (int k = 0; k < 9; k++) {
            catalog.add(EntityId.of("item" + k));
        }
        var graph = new ClickGraph(catalog, 100);
        for (int slot : new int[] {1, 2, 3}) {
            graph.clicked(7, slot, -1, 0);
        }
        for (int slot : new int[] {4, 2}) {
            graph.clicked(8, slot, -1, 0);
        }
        int[] near = new int[5];
        assertThat(graph.neighbours(2, near)).isEqualTo(3);
        assertThat(near).startsWith(4, 1, 3);
    }

    /** From any edge the walk is at its stationary law at once: items by their share of the clicks. */
    @Test
    void aWalkFromAnywhereEndsAtItemsByTheirDegree() {
        for (int seed = 0; seed < 5; seed++) {
            World world = World.of("gibbs-walk", ReferenceParameters.with("gibbs-walk.steps", 5), seed);
            world.draw.start(seed, 1, 999, -1, world.nowMs, new RecentItems(1), new RecentItems(1));
            long[] seen = world.draws(100_000);
            double[] degrees = new double[seen.length];
            for (int slot = 0; slot < seen.length; slot++) {
                degrees[slot] = world.graph().itemDegree(slot);
            }
            assertThat(ChiSquare.pValue(seen, degrees)).isGreaterThan(1e-4);
            degrees[0] *= 1.1;
            degrees[1] *= 1.1;
            degrees[2] *= 1.1;
            assertThat(ChiSquare.pValue(seen, degrees)).isLessThan(1e-4);
        }
    }
}
