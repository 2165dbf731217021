package io.millrace.event;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LongIndexTest {

    @Test
    void agreesWithAMapOfBoxesWhateverIsPutAndRemoved() {
        forSeeds(50, random -> {
            var index = new LongIndex();
            Map<Long, Integer> naive = new HashMap<>();
            for (int step = 0; step < 2000; step++) {
                long key = random.nextInt(200) * 0x1000000000L;
                if (random.nextInt(3) == 0) {
                    Integer had = naive.remove(key);
                    assertThat(index.remove(key)).isEqualTo(had == null ? LongIndex.ABSENT : had);
                } else {
                    index.put(key, step);
                    naive.put(key, step);
                }
                assertThat(index.size()).isEqualTo(naive.size());
            }
            for (long k = 0; k < 200; k++) {
                Integer expected = naive.get(k * 0x1000000000L);
                assertThat(index.get(k * 0x1000000000L)).isEqualTo(expected == null ? LongIndex.ABSENT : expected);
            }
        });
    }

    @Test
    void keyZeroAndKeyMinusOneAreKeysLikeOthers() {
        var index = new LongIndex();
        assertThat(index.get(0)).isEqualTo(LongIndex.ABSENT);
        index.put(0, 5);
        index.put(-1, 6);
        assertThat(index.get(0)).isEqualTo(5);
        assertThat(index.get(-1)).isEqualTo(6);
        index.clear();
        assertThat(index.get(0)).isEqualTo(LongIndex.ABSENT);
        assertThat(index.size()).isZero();
    }
}
