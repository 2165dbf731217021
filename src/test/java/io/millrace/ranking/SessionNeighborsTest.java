package io.millrace.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.event.InvalidSetting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionNeighborsTest {

    private static final SessionNeighborsConfig CONFIG =
            new SessionNeighborsConfig(1000, 4, 0.7f, 100, 50, 0.25f, 0.9f, 3, 0.5f);

    private final World world = new World().items(30);

    @Test
    void aNeighborWhoSharesTwoClicksSaysMoreThanOneWhoSharesOne() {
        SessionNeighbors ranker = new SessionNeighbors(CONFIG);
        clicks(ranker, "both", 0, 1, 2);
        clicks(ranker, "one", 5, 1, 3);
        clicks(ranker, "me", 0, 1);
        float[] scores = world.scores(ranker, "me", 9);
        assertThat(scores[2]).isGreaterThan(scores[3]);
        assertThat(scores[3]).isPositive();
        assertThat(scores[4]).isZero();
    }

    private void clicks(Ranker ranker, String user, int... slots) {
        for (int slot : slots) {
            world.click(ranker, user, slot, 0);
        }
    }

    /** The formula, written out over whole histories. */
    @Test
    void scoresAgreeWithTheFormulaWrittenOut() {
        CounterRandom random = new CounterRandom();
        for (int seed = 0; seed < 30; seed++) {
            random.reset(seed, 3, 3);
            World fresh = new World().items(30);
            SessionNeighbors ranker = new SessionNeighbors(CONFIG);
            Map<String, List<Integer>> past = new HashMap<>();
            for (int n = 0; n < 150; n++) {
                String user = "u" + random.nextInt(12);
                int slot = random.nextInt(30);
                List<Integer> h = past.computeIfAbsent(user, u -> new ArrayList<>());
                if (!h.contains(slot)) {
                    fresh.click(ranker, user, slot, n);
                    h.add(slot);
                }
            }
            float[] scores = fresh.scores(ranker, "u0", 200);
            double[] expected = expected(past, "u0");
            for (int j = 0; j < 30; j++) {
                assertThat((double) scores[j]).as("seed %d, item %d", seed, j).isEqualTo(expected[j], within(1e-4));
            }
        }
    }

    private static double[] expected(Map<String, List<Integer>> past, String me) {
        double[] s = new double[30];
        List<Integer> mine = past.getOrDefault(me, List.of());
        past.forEach((user, h) -> {
            double sim = 0;
            int anchor = -1;
            for (int k = Math.min(4, mine.size()) - 1; k >= 0 && !user.equals(me); k--) {
                int at = h.indexOf(mine.get(mine.size() - 1 - k));
                if (at >= 0) {
                    sim += StrictMath.pow(0.7, k);
                    anchor = at;
                }
            }
            int newest = anchor < 0 ? 0 : mine.size() - 1 - mine.indexOf(h.get(anchor));
            sim *= StrictMath.pow(0.9, newest) / StrictMath.pow(h.size(), 0.25);
            for (int p = 0; p < h.size() && anchor >= 0; p++) {
                double near = StrictMath.exp(-Math.abs(p - anchor) / 3.0) * (p < anchor ? 0.5 : 1);
                s[h.get(p)] += p == anchor || Math.abs(p - anchor) > 15 ? 0 : sim * near;
            }
        });
        return s;
    }

    @Test
    void restoredNeighborsGoOnTheSame() throws IOException {
        SessionNeighbors ranker = new SessionNeighbors(CONFIG);
        CounterRandom random = new CounterRandom().reset(4, 4, 4);
        for (int n = 0; n < 2500; n++) {
            world.click(ranker, "u" + random.nextInt(200), random.nextInt(30), n);
        }
        SessionNeighbors restored = world.restored(new SessionNeighbors(CONFIG), world.bytes(ranker));
        for (int n = 0; n < 100; n++) {
            String user = "u" + random.nextInt(200);
            int slot = random.nextInt(30);
            assertThat(world.scores(restored, user, n)).isEqualTo(world.scores(ranker, user, n));
            restored.learn(world.ask(user, n), slot);
            world.click(ranker, user, slot, n);
        }
        assertThat(world.bytes(restored)).isEqualTo(world.bytes(ranker));
    }

    /** Chains against lists, through a log that is full most of the time. */
    @Test
    void logHoldsTheLastClicksLinkedByUserAndByItem() {
        CounterRandom random = new CounterRandom();
        for (int seed = 0; seed < 50; seed++) {
            random.reset(seed, 1, 1);
            ClickLog log = new ClickLog(40);
            List<int[]> clicks = new ArrayList<>();
            for (int n = 0; n < 300; n++) {
                if (random.nextInt(60) == 0) {
                    int gone = random.nextInt(8);
                    log.forget(gone);
                    clicks.forEach(click -> click[1] = click[1] == gone ? -1 : click[1]);
                }
                int[] click = {random.nextInt(9), random.nextInt(8)};
                log.add(click[0], click[1], n);
                clicks.add(click);
                List<int[]> last = clicks.subList(Math.max(0, clicks.size() - 40), clicks.size());
                assertThat(ofItem(log, 3)).as("seed %d", seed).isEqualTo(usersOf(last, 3));
                assertThat(ofUser(log)).as("seed %d", seed).isEqualTo(itemsOf(last, click[0]));
            }
        }
    }

    private static List<Integer> ofItem(ClickLog log, int slot) {
        List<Integer> users = new ArrayList<>();
        for (int at = log.newestOf(slot); at != ClickLog.NONE; at = log.older(at)) {
            for (int user = 0; user < 9; user++) {
                if (log.ownerOf(user) == log.owner(at)) {
                    users.add(user);
                }
            }
        }
        return users;
    }

    /** Of the user of the newest click, newest first. */
    private static List<Integer> ofUser(ClickLog log) {
        List<Integer> items = new ArrayList<>();
        for (int at = log.at(log.size() - 1); at != ClickLog.NONE; at = log.earlier(at)) {
            items.add(log.slot(at));
        }
        return items;
    }

    private static List<Integer> usersOf(List<int[]> clicks, int slot) {
        List<Integer> users = new ArrayList<>();
        for (int n = clicks.size() - 1; n >= 0; n--) {
            if (clicks.get(n)[1] == slot) {
                users.add(clicks.get(n)[0]);
            }
        }
        return users;
    }

    private static List<Integer> itemsOf(List<int[]> clicks, int user) {
        List<Integer> items = new ArrayList<>();
        for (int n = clicks.size() - 1; n >= 0; n--) {
            if (clicks.get(n)[0] == user) {
                items.add(clicks.get(n)[1]);
            }
        }
        return items;
    }

    @Test
    void retiredItemIsNeverGiven() {
        SessionNeighbors ranker = new SessionNeighbors(CONFIG);
        clicks(ranker, "v", 0, 1, 2);
        world.catalog.retire(EntityId.of("i1").hash());
        ranker.forget(1);
        world.catalog.add(EntityId.of("new"));
        clicks(ranker, "me", 0);
        float[] scores = world.scores(ranker, "me", 9);
        assertThat(scores[1]).isZero();
        assertThat(scores[2]).isPositive();
    }

    @Test
    void settingOutOfRangeSaysWhatWouldBeRight() {
        assertThatThrownBy(() -> new SessionNeighborsConfig(1, 4, 0.7f, 100, 50, 0.25f, 0.9f, 3, 2))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("session-neighbors.log = 1, expected 1000 to 100000000")
                .hasMessageContaining("session-neighbors.before = 2.0, expected 0 to 1");
    }
}
