package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyFilterTest {

    private static final int KEYS = 300_000;

    @Test
    void aKeyThatWasAddedIsNeverMissedAndFewOthersAreTakenForOne() {
        for (long seed = 1; seed <= 3; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long[] added = random.longs(KEYS).toArray();
            KeyFilter filter = new KeyFilter();
            for (long key : added) {
                filter.add(key);
            }
            for (long key : added) {
                assertThat(filter.mayContain(key)).isTrue();
            }
            long mistaken = random.longs(KEYS).filter(filter::mayContain).count();
            assertThat(mistaken).as("of %d, seed %d", KEYS, seed).isBetween(1L, KEYS / 100L);
        }
    }

    @Test
    void itTakesAboutTwoBytesForEachKey() {
        KeyFilter filter = new KeyFilter();
        new SplittableRandom(1).longs(KEYS).forEach(filter::add);
        assertThat(filter.stateBytes()).isLessThan(4L * KEYS);
    }

    @Test
    void anEmptyOneHoldsNothing() {
        assertThat(new SplittableRandom(1).longs(1000).noneMatch(new KeyFilter()::mayContain))
                .isTrue();
    }
}
