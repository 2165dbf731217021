package io.millrace.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopSlotsTest {

    @Test
    void keepsWhatAFullSortWouldKeep() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            float[] scores = scores(random, random.nextInt(200));
            long[] excluded = {random.nextLong(), random.nextLong() & random.nextLong(), 0, 1};
            int k = 1 + random.nextInt(50);

            assertThat(kept(scores, excluded, k)).as("seed %d", seed).isEqualTo(sorted(scores, excluded, k));
        }
    }

    @Test
    void neverKeepsAVacantSlotOrANaN() {
        float[] scores = {Float.NaN, Float.NEGATIVE_INFINITY, -5};
        assertThat(kept(scores, new long[1], 3)).containsExactly(2);
    }

    private static float[] scores(Random random, int n) {
        float[] scores = new float[n];
        for (int i = 0; i < n; i++) {
            // Few distinct values, so that ties are common.
            scores[i] = random.nextInt(8) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(20);
        }
        return scores;
    }

    private static List<Integer> kept(float[] scores, long[] excluded, int k) {
        TopSlots top = new TopSlots();
        top.reset(k);
        top.offerAll(scores, scores.length, excluded);
        top.sort();
        List<Integer> slots = new ArrayList<>();
        for (int rank = 0; rank < top.size(); rank++) {
            assertThat(top.score(rank)).isEqualTo(scores[top.slot(rank)]);
            slots.add(top.slot(rank));
        }
        return slots;
    }

    private static List<Integer> sorted(float[] scores, long[] excluded, int k) {
        List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < scores.length; slot++) {
            if (scores[slot] > Float.NEGATIVE_INFINITY && (excluded[slot >> 6] >>> slot & 1) == 0) {
                slots.add(slot);
            }
        }
        slots.sort(Comparator.comparingDouble((Integer slot) -> -scores[slot]).thenComparingInt(slot -> slot));
        return slots.subList(0, Math.min(k, slots.size()));
    }
}
