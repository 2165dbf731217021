package io.millrace.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import io.millrace.sampling.Exclusions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopKTest {

    private final TopK top = new TopK();

    @Test
    void agreesWithSortingEverything() {
        CounterRandom random = new CounterRandom();
        for (int seed = 0; seed < 500; seed++) {
            random.reset(seed, 0, 0);
            float[] scores = new float[60];
            Exclusions denied = new Exclusions();
            Exclusions allowed = new Exclusions();
            List<Integer> eligible = new ArrayList<>();
            boolean restricted = seed % 2 == 0;
            for (int j = 0; j < scores.length; j++) {
                scores[j] = random.nextInt(9) == 0 ? Float.NaN : random.nextInt(12);
                boolean no = random.nextInt(4) == 0;
                boolean yes = random.nextInt(3) > 0;
                if (no) {
                    denied.add(j);
                }
                if (yes) {
                    allowed.add(j);
                }
                if (!no && (yes || !restricted) && !Float.isNaN(scores[j])) {
                    eligible.add(j);
                }
            }
            eligible.sort(Comparator.comparing((Integer j) -> -scores[j]).thenComparing(j -> j));
            int k = random.nextInt(25);
            int found = top.select(scores, scores.length, k, denied, restricted ? allowed : null);
            List<Integer> selected = new ArrayList<>();
            for (int r = 0; r < found; r++) {
                selected.add(top.slot(r));
                assertThat(top.score(r)).isEqualTo(scores[top.slot(r)]);
            }
            assertThat(selected).as("seed %d", seed).isEqualTo(eligible.subList(0, Math.min(k, eligible.size())));
        }
    }

    @Test
    void equalScoresGoByLowerSlot() {
        top.select(new float[] {1, 1, 1, 1}, 4, 2, new Exclusions(), null);
        assertThat(top.slot(0)).isZero();
        assertThat(top.slot(1)).isEqualTo(1);
    }
}
