package io.millrace.learning;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.RecentItems;
import io.millrace.testing.ChiSquare;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClickWindowTest {

    private static final long USER = 77;
    private static final long GAP_MS = 1000;
    private static final int ITEMS = 12;

    private final Catalog catalog = new Catalog();

    ClickWindowTest() {
        for (int k = 0; k < ITEMS; k++) {
            catalog.add(EntityId.of("i" + k));
        }
    }

    private record Seen(long item, long atMs) {

        long key() {
            return ClickWindow.key(USER, item, atMs);
        }
    }

    /** The pairs found click by click are those of a program that reads whole sessions, thinning out first. */
    @Test
    void pairsFoundAsClicksComeAreThoseOfWholeSessions() {
        forSeeds(200, random -> {
            ClickWindow window = window(1 + random.nextInt(6), "random");
            List<Seen> clicks = clicks(60, random);
            assertThat(online(window, clicks)).isEqualTo(whole(window, clicks));
        });
    }

    /** With one window for both directions the pairs are others, so the test above can fail. */
    @Test
    void aWindowPerPairInsteadOfPerCentreGivesOtherPairs() {
        CounterRandom random = new CounterRandom().reset(3, 0, 0);
        ClickWindow window = window(5, "random");
        List<Seen> clicks = clicks(300, random);
        Map<String, Integer> oneSided = new TreeMap<>();
        RecentItems history = new RecentItems(50);
        for (Seen click : clicks) {
            window.find(history, USER, click.item(), click.atMs());
            for (int k = 0; k < window.size(); k++) {
                if (window.precedes(k)) {
                    count(oneSided, click.item(), item(window, k));
                    count(oneSided, item(window, k), click.item());
                }
            }
            history.add(click.item(), click.atMs());
        }
        assertThat(oneSided).isNotEqualTo(whole(window, clicks));
    }

    @Test
    void withWindowsThatAreAllTheSameTheOrderDoesNotCount() {
        ClickWindow window = window(50, "all");
        List<Seen> clicks = new ArrayList<>();
        for (int k = 0; k < 9; k++) {
            clicks.add(new Seen(catalog.item(k).hash(), 100 + k));
        }
        Map<String, Integer> pairs = online(window, clicks);
        assertThat(pairs)
                .hasSize(9 * 8)
                .allSatisfy((pair, times) -> assertThat(times).isEqualTo(1));
    }

    /** Of every click, what a program that reads whole sessions takes for its context. */
    @Test
    void clicksOnBothSidesAreThoseOfWholeSessions() {
        forSeeds(100, random -> {
            SequenceConfig config =
                    new SequenceConfig("cbow", 1 + random.nextInt(6), "random", GAP_MS, "exact", "both");
            ClickWindow window = new ClickWindow(config, 42, catalog, ClickWindowTest::keeps);
            List<Seen> clicks = clicks(60, random);
            RecentItems history = new RecentItems(60);
            clicks.forEach(click -> history.add(click.item(), click.atMs()));
            Map<String, Integer> pairs = new TreeMap<>();
            for (Seen click : clicks) {
                window.findAround(history, USER, click.item(), click.atMs());
                for (int k = 0; k < window.size() && window.keeps(click.key(), 0); k++) {
                    assertThat(window.precedes(k)).isTrue();
                    count(pairs, click.item(), item(window, k));
                }
            }
            assertThat(pairs).isEqualTo(whole(window, clicks));
            window.findAround(history, USER, 1, 1);
            assertThat(window.isEmpty())
                    .as("a click that is not among the last")
                    .isTrue();
        });
    }

    @Test
    void windowsAreEvenBetweenOneAndTheirMost() {
        ClickWindow window = window(5, "random");
        long[] found = new long[5];
        double[] expected = new double[5];
        java.util.Arrays.fill(expected, 1.0 / 5);
        for (int k = 0; k < 100_000; k++) {
            found[window.window(ClickWindow.key(USER, k, 5000 + k)) - 1]++;
        }
        assertThat(ChiSquare.pValue(found, expected)).isGreaterThan(1e-4);
    }

    @Test
    void aLongPausePartsClicks() {
        ClickWindow window = window(5, "all");
        RecentItems history = new RecentItems(5);
        history.add(catalog.item(0).hash(), 1000);
        history.add(catalog.item(1).hash(), 1000 + GAP_MS + 1);
        window.find(history, USER, catalog.item(2).hash(), 1000 + 2 * GAP_MS + 1);
        assertThat(window.size()).isEqualTo(1);
        assertThat(window.slot(0)).isEqualTo(1);
        window.find(history, USER, catalog.item(2).hash(), 1000 + 2 * GAP_MS + 2);
        assertThat(window.size()).isZero();
        assertThat(window.isEmpty()).isTrue();
    }

    @Test
    void anItemThatHasLeftKeepsItsPlaceInTheOrder() {
        ClickWindow window = window(2, "all");
        RecentItems history = new RecentItems(5);
        for (int k = 0; k < 3; k++) {
            history.add(catalog.item(k).hash(), 1000);
        }
        catalog.retire(catalog.item(2).hash());
        window.find(history, USER, catalog.item(3).hash(), 1000);
        assertThat(window.size()).isEqualTo(1);
        assertThat(window.slot(0)).isEqualTo(1);
    }

    /** A third of all clicks are thinned out, by their own keys. */
    private static boolean keeps(long click, int slot) {
        return Long.remainderUnsigned(click, 3) != 0;
    }

    private ClickWindow window(int size, String draw) {
        SequenceConfig config = new SequenceConfig("sgns", size, draw, GAP_MS, "exact");
        return new ClickWindow(
                config, 42, catalog, draw.equals("all") ? (click, slot) -> true : ClickWindowTest::keeps);
    }

    private List<Seen> clicks(int count, CounterRandom random) {
        List<Seen> clicks = new ArrayList<>();
        long atMs = 10_000;
        for (int k = 0; k < count; k++) {
            atMs += random.nextInt(8) == 0 ? GAP_MS + 1 + random.nextInt(1000) : random.nextInt((int) GAP_MS);
            clicks.add(new Seen(catalog.item(random.nextInt(ITEMS)).hash(), atMs));
        }
        return clicks;
    }

    private Map<String, Integer> online(ClickWindow window, List<Seen> clicks) {
        Map<String, Integer> pairs = new TreeMap<>();
        RecentItems history = new RecentItems(60);
        for (Seen click : clicks) {
            window.find(history, USER, click.item(), click.atMs());
            for (int k = 0; k < window.size() && window.keeps(click.key(), 0); k++) {
                if (window.follows(k)) {
                    count(pairs, item(window, k), click.item());
                }
                if (window.precedes(k)) {
                    count(pairs, click.item(), item(window, k));
                }
            }
            history.add(click.item(), click.atMs());
        }
        return pairs;
    }

    /** Sessions, then thinning, then every centre with what is at most its window away on either side. */
    private static Map<String, Integer> whole(ClickWindow window, List<Seen> clicks) {
        Map<String, Integer> pairs = new TreeMap<>();
        List<Seen> session = new ArrayList<>();
        for (int k = 0; k <= clicks.size(); k++) {
            boolean ends = k == clicks.size()
                    || k > 0 && clicks.get(k).atMs() - clicks.get(k - 1).atMs() > GAP_MS;
            if (ends) {
                session.removeIf(click -> !window.keeps(click.key(), 0));
                addPairs(window, session, pairs);
                session.clear();
            }
            if (k < clicks.size()) {
                session.add(clicks.get(k));
            }
        }
        return pairs;
    }

    private static void addPairs(ClickWindow window, List<Seen> session, Map<String, Integer> pairs) {
        for (int centre = 0; centre < session.size(); centre++) {
            int b = window.window(session.get(centre).key());
            int from = Math.max(0, centre - b);
            int to = Math.min(session.size() - 1, centre + b);
            for (int context = from; context <= to; context++) {
                if (context != centre) {
                    count(
                            pairs,
                            session.get(centre).item(),
                            session.get(context).item());
                }
            }
        }
    }

    private long item(ClickWindow window, int k) {
        return catalog.item(window.slot(k)).hash();
    }

    private static void count(Map<String, Integer> pairs, long centre, long context) {
        pairs.merge(centre + " " + context, 1, Integer::sum);
    }
}
