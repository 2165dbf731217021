package io.millrace.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import io.millrace.sampling.Exclusions;
import org.junit.jupiter.api.Test;

class RanksTest {

    private final Exclusions none = new Exclusions();

    @Test
    void tiesCountHalf() {
        assertThat(Ranks.rank(new float[] {3, 2, 2, 1, 2}, 5, 1, none)).isEqualTo(3);
        assertThat(Ranks.rank(new float[] {3, 2, 2, 1, 2}, 5, 0, none)).isEqualTo(1);
    }

    @Test
    void excludedSlotsAndEmptySlotsAreNotRanked() {
        Exclusions seen = new Exclusions();
        seen.add(0);
        seen.add(7);
        assertThat(Ranks.rank(new float[] {3, 2, Float.NaN, 1}, 4, 3, seen)).isEqualTo(2);
    }

    @Test
    void unknownExcludedAndScorelessTargetsAreMisses() {
        Exclusions seen = new Exclusions();
        seen.add(0);
        assertThat(Ranks.rank(new float[] {3, 2}, 2, -1, none)).isNaN();
        assertThat(Ranks.rank(new float[] {3, 2}, 2, 2, none)).isNaN();
        assertThat(Ranks.rank(new float[] {3, 2}, 2, 0, seen)).isNaN();
        assertThat(Ranks.rank(new float[] {Float.NaN, 2}, 2, 0, none)).isNaN();
    }

    @Test
    void agreesWithCountingOneByOne() {
        CounterRandom random = new CounterRandom();
        for (int seed = 0; seed < 200; seed++) {
            random.reset(seed, 0, 0);
            float[] scores = new float[40];
            Exclusions excluded = new Exclusions();
            for (int j = 0; j < scores.length; j++) {
                scores[j] = random.nextInt(8) == 0 ? Float.NaN : random.nextInt(10);
                if (random.nextInt(4) == 0) {
                    excluded.add(j);
                }
            }
            int target = random.nextInt(40);
            double expected = 1;
            for (int j = 0; j < scores.length; j++) {
                if (j != target && !excluded.contains(j)) {
                    expected += scores[j] > scores[target] ? 1 : scores[j] == scores[target] ? 0.5 : 0;
                }
            }
            boolean miss = excluded.contains(target) || Float.isNaN(scores[target]);
            assertThat(Ranks.rank(scores, 40, target, excluded))
                    .as("seed %d", seed)
                    .isEqualTo(Double.valueOf(miss ? Double.NaN : expected));
        }
    }

    @Test
    void decilesAreTenthsOfTheCatalog() {
        assertThat(Ranks.decile(1, 100)).isZero();
        assertThat(Ranks.decile(10.5, 100)).isZero();
        assertThat(Ranks.decile(11, 100)).isEqualTo(1);
        assertThat(Ranks.decile(100, 100)).isEqualTo(9);
        assertThat(Ranks.decile(Double.NaN, 100)).isEqualTo(-1);
    }

    /**
     * Why samples of items are never ranked: A puts every item at 500 of 10,000 and never hits the top ten, B puts one of
     * five at the very top. With 100 sampled items A looks four times as good.
     */
    @Test
    void sampledItemsReverseTheOrderOfTwoRankers() {
        CounterRandom random = new CounterRandom().reset(1, 2, 3);
        int events = 5000;
        double[] exact = new double[2];
        double[] sampled = new double[2];
        for (int n = 0; n < events; n++) {
            int[] ranks = {500, random.nextInt(5) == 0 ? 1 : 5000};
            for (int system = 0; system < 2; system++) {
                exact[system] += ranks[system] <= 10 ? 1.0 / events : 0;
                sampled[system] += sampledRank(ranks[system], random) <= 10 ? 1.0 / events : 0;
            }
        }
        assertThat(exact[0]).isZero();
        assertThat(exact[1]).isBetween(0.18, 0.22);
        assertThat(sampled[0]).isBetween(0.96, 0.98);
        assertThat(sampled[1]).isBetween(0.18, 0.22);
    }

    private static int sampledRank(int rank, CounterRandom random) {
        int above = 0;
        for (int k = 0; k < 100; k++) {
            above += random.nextDouble() < (rank - 1) / 9999.0 ? 1 : 0;
        }
        return 1 + above;
    }
}
