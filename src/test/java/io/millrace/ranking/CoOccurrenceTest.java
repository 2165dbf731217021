package io.millrace.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.event.InvalidSetting;
import io.millrace.popularity.HalfLife;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CoOccurrenceTest {

    private static final long DAY_MS = 86_400_000;

    private final World world = new World().items(40);

    private static CoOccurrence ranker(long halfLifeMs, int partners) {
        return new CoOccurrence(
                new CoOccurrenceConfig(3, 0.8f, 1, 4, 0.7f, 0.25f, 5, 0.3f, 0.1f, halfLifeMs, partners),
                new HalfLife(30 * DAY_MS));
    }

    @Test
    void itemsClickedTogetherScoreForOneAnother() {
        CoOccurrence ranker = ranker(0, 64);
        world.click(ranker, "u", 0, 0);
        world.click(ranker, "u", 1, 0);
        world.click(ranker, "v", 2, 0);
        world.click(ranker, "w", 0, 0);
        float[] scores = world.scores(ranker, "w", 0);
        assertThat(scores[1]).isGreaterThan(scores[2]);
        assertThat(scores[2]).isGreaterThan(scores[3]);
    }

    /** The formula, written out over dense arrays. */
    @Test
    void scoresAgreeWithTheFormulaWrittenOut() {
        for (long halfLifeMs : new long[] {0, 2 * DAY_MS}) {
            for (int seed = 0; seed < 20; seed++) {
                compare(seed, halfLifeMs);
            }
        }
    }

    private static void compare(int seed, long halfLifeMs) {
        World world = new World().items(40);
        CoOccurrence ranker = ranker(halfLifeMs, 64);
        CounterRandom random = new CounterRandom().reset(seed, 9, 9);
        double[][] c = new double[40][40];
        double[] rowSums = new double[40];
        double[] clicks = new double[40];
        double[] popular = new double[40];
        Map<String, java.util.List<Integer>> past = new HashMap<>();
        long now = 1000 * DAY_MS;
        for (int n = 0; n < 400; n++) {
            long step = random.nextInt((int) DAY_MS / 4);
            now += step;
            fade(step, halfLifeMs, c, rowSums, clicks);
            for (int j = 0; j < 40; j++) {
                popular[j] *= StrictMath.pow(2, -(double) step / (30 * DAY_MS));
            }
            String user = "u" + random.nextInt(6);
            int slot = random.nextInt(40);
            java.util.List<Integer> h = past.computeIfAbsent(user, u -> new java.util.ArrayList<>());
            if (h.contains(slot)) {
                continue;
            }
            for (int k = 0; k < Math.min(3, h.size()); k++) {
                double w = StrictMath.pow(0.8, k);
                int other = h.get(h.size() - 1 - k);
                c[other][slot] += w;
                c[slot][other] += w;
                rowSums[other] += w;
                rowSums[slot] += w;
            }
            clicks[slot]++;
            popular[slot]++;
            world.click(ranker, user, slot, now);
            h.add(slot);
        }
        float[] scores = world.scores(ranker, "u1", now);
        double total = java.util.Arrays.stream(popular).sum();
        java.util.List<Integer> h = past.get("u1");
        for (int j = 0; j < 40; j++) {
            double s = 0.1 * popular[j] / total;
            for (int k = 0; k < Math.min(4, h.size()); k++) {
                int other = h.get(h.size() - 1 - k);
                s += StrictMath.pow(0.7, k) * c[other][j] * StrictMath.pow(rowSums[other] + 5, -0.25);
            }
            s *= StrictMath.pow(clicks[j] + 0.1, -0.3);
            // With decay the column factors are up to 1/64 half-life old.
            double tolerance = halfLifeMs == 0 ? 1e-5 : 0.005;
            assertThat((double) scores[j]).as("seed %d, item %d", seed, j).isEqualTo(s, within(tolerance * s));
        }
    }

    private static void fade(long stepMs, long halfLifeMs, double[][] c, double[] rowSums, double[] clicks) {
        if (halfLifeMs == 0) {
            return;
        }
        double factor = StrictMath.pow(2, -(double) stepMs / halfLifeMs);
        for (int i = 0; i < c.length; i++) {
            for (int j = 0; j < c.length; j++) {
                c[i][j] *= factor;
            }
            rowSums[i] *= factor;
            clicks[i] *= factor;
        }
    }

    @Test
    void restoredRowsGoOnTheSame() throws IOException {
        CoOccurrence ranker = ranker(2 * DAY_MS, 64);
        CounterRandom random = new CounterRandom().reset(4, 4, 4);
        for (int n = 0; n < 500; n++) {
            world.click(ranker, "u" + random.nextInt(9), random.nextInt(40), n * DAY_MS / 3);
        }
        CoOccurrence restored = world.restored(ranker(2 * DAY_MS, 64), world.bytes(ranker));
        for (int n = 500; n < 600; n++) {
            String user = "u" + random.nextInt(9);
            int slot = random.nextInt(40);
            long now = n * DAY_MS / 3;
            assertThat(world.scores(restored, user, now)).isEqualTo(world.scores(ranker, user, now));
            restored.learn(world.ask(user, now), slot);
            world.click(ranker, user, slot, now);
        }
        assertThat(world.bytes(restored)).isEqualTo(world.bytes(ranker));
    }

    @Test
    void fullRowDropsItsWeakestQuarterAndStaysBounded() {
        PartnerRow row = new PartnerRow();
        for (int j = 0; j < 100; j++) {
            row.add(j, j + 1, 100);
        }
        row.add(500, 0.5f, 100);
        assertThat(row.size()).isEqualTo(76);
        float[] scores = new float[512];
        row.addTo(scores, 1);
        assertThat(scores[24]).isZero();
        assertThat(scores[25]).isEqualTo(26);
        assertThat(scores[500]).isEqualTo(0.5f);
        row.add(25, 1, 100);
        assertThat(row.size()).isEqualTo(76);
    }

    @Test
    void fullRowKeepsTheStrongestAndOfTiesTheLowestSlotsInWhateverOrderTheyCame() {
        CounterRandom random = new CounterRandom();
        for (int seed = 0; seed < 50; seed++) {
            random.reset(seed, 1, 1);
            Map<Integer, Integer> weights = new HashMap<>();
            while (weights.size() < 64) {
                weights.put(random.nextInt(1000), 1 + random.nextInt(6));
            }
            PartnerRow row = new PartnerRow();
            weights.forEach((partner, weight) -> row.add(partner, weight, 64));
            row.add(5000, 9, 64);
            assertThat(Arrays.stream(row.sorted()).mapToInt(PartnerRow::partner))
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(Stream.concat(
                                    weights.keySet().stream()
                                            .sorted(Comparator.<Integer>comparingInt(
                                                            partner -> weights.getOrDefault(partner, 0))
                                                    .reversed()
                                                    .thenComparingInt(partner -> partner))
                                            .limit(48)
                                            .sorted(),
                                    Stream.of(5000))
                            .toList());
        }
    }

    @Test
    void rowTakesAThirdMoreCellsThanItsBoundAndGivesThemBackWhenThatBecomesLess() {
        PartnerRow row = new PartnerRow();
        for (int j = 0; j < 900; j++) {
            row.add(j, 1, 900);
        }
        assertThat(row.stateBytes()).isEqualTo(8 * 1201 + 48);
        row.add(1000, 1, 90);
        assertThat(row.size()).isEqualTo(69);
        assertThat(row.stateBytes()).isEqualTo(8 * 121 + 48);
    }

    @Test
    void manyItemsShareTheirPairs() {
        World many = new World().items(400);
        var config = new CoOccurrenceConfig(10, 1, 1, 4, 1, 0, 0, 0, 0, 0, 1000);
        CoOccurrence free = new CoOccurrence(config, new HalfLife(DAY_MS));
        CoOccurrence shared = new CoOccurrence(config, new HalfLife(DAY_MS), 400 * 70);
        CounterRandom random = new CounterRandom().reset(7, 7, 7);
        for (int n = 0; n < 20_000; n++) {
            String user = "u" + random.nextInt(20);
            int slot = random.nextInt(400);
            free.learn(many.ask(user, n), slot);
            many.click(shared, user, slot, n);
        }
        long perRow = 8 * 94 + 48;
        assertThat(shared.stateBytes()).isLessThan(400 * perRow + 30 * 1024);
        assertThat(free.stateBytes()).isGreaterThan(3 * shared.stateBytes());
    }

    @Test
    void rowAgreesWithAMap() {
        CounterRandom random = new CounterRandom();
        for (int seed = 0; seed < 100; seed++) {
            random.reset(seed, 0, 0);
            PartnerRow row = new PartnerRow();
            Map<Integer, Float> map = new HashMap<>();
            for (int n = 0; n < 400; n++) {
                int partner = random.nextInt(90);
                if (random.nextInt(5) == 0) {
                    row.remove(partner);
                    map.remove(partner);
                } else {
                    row.add(partner, 1, 1000);
                    map.merge(partner, 1f, Float::sum);
                }
            }
            Map<Integer, Float> found = new HashMap<>();
            for (long cell : row.sorted()) {
                found.put(PartnerRow.partner(cell), PartnerRow.weight(cell));
            }
            assertThat(row.size()).isEqualTo(map.size());
            assertThat(found).as("seed %d", seed).isEqualTo(map);
        }
    }

    @Test
    void retiredItemLeavesEveryRow() {
        CoOccurrence ranker = ranker(0, 64);
        world.click(ranker, "u", 0, 0);
        world.click(ranker, "u", 1, 0);
        world.catalog.retire(EntityId.of("i1").hash());
        ranker.forget(1);
        world.catalog.add(EntityId.of("new"));
        world.click(ranker, "w", 0, 0);
        assertThat(world.scores(ranker, "w", 0)[1]).isZero();
    }

    @Test
    void settingOutOfRangeSaysWhatWouldBeRight() {
        assertThatThrownBy(() -> new CoOccurrenceConfig(0, 0.8f, 1, 4, 0.7f, 0.25f, 5, 0.3f, 0.1f, 0, 4))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("co-occurrence.pairs = 0, expected 1 to 1000")
                .hasMessageContaining("co-occurrence.partners = 4, expected 16 to 100000");
    }
}
