package io.millrace.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import io.millrace.testing.Seeded;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeenIdsTest {

    @Test
    void idIsKnownUntilTheHorizonHasPassed() {
        SeenIds seen = new SeenIds(100, 1000);

        assertThat(seen.firstSight(7, 0)).isTrue();
        assertThat(seen.firstSight(7, 100)).isFalse();
        assertThat(seen.firstSight(7, 101)).isTrue();
        assertThat(seen.firstSight(7, 50))
                .as("an earlier time does not turn the stream back")
                .isFalse();
    }

    @Test
    void whatIsKnownIsKnownWhereItIsReadWhole() {
        Seeded.forSeeds(50, random -> {
            SeenIds seen = new SeenIds(150, 40);
            long nowMs = 1_000_000;
            for (int k = 0; k < 300; k++) {
                nowMs += random.nextInt(8);
                seen.firstSight(random.nextInt(200), nowMs);
            }
            SeenIds read = new SeenIds(150, 40);
            for (HeldChunk chunk : seen.held(7)) {
                read.readChanges(new DataInputStream(new ByteArrayInputStream(chunk.bytes())));
                assertThat(read.neededUntilMs()).isEqualTo(chunk.neededUntilMs());
            }
            assertThat(read.size()).isEqualTo(seen.size()).isPositive();
            for (int k = 0; k < 300; k++) {
                nowMs += random.nextInt(8);
                long id = random.nextInt(200);
                assertThat(read.firstSight(id, nowMs)).isEqualTo(seen.firstSight(id, nowMs));
            }
        });
    }

    @Test
    void zeroIsAnIdLikeAnyOther() {
        SeenIds seen = new SeenIds(100, 1000);

        assertThat(seen.firstSight(0, 0)).isTrue();
        assertThat(seen.firstSight(0, 0)).isFalse();
        assertThat(seen.firstSight(0, 101)).isTrue();
    }

    @Test
    void sightsAreThoseOfAPlainMapAlsoAfterRestarts() {
        for (int seed = 0; seed < 100; seed++) {
            CounterRandom random = new CounterRandom().reset(seed, 4, 0);
            long horizonMs = random.nextInt(200);
            int maxIds = random.nextInt(3) == 0 ? 1 + random.nextInt(20) : 1000;
            int ids = 1 + random.nextInt(300);
            SeenIds seen = new SeenIds(horizonMs, maxIds);
            SeenIds uninterrupted = new SeenIds(horizonMs, maxIds);
            ChunkLog log = new ChunkLog();
            ChunkLog expectedLog = new ChunkLog();
            Map<Long, Long> plain = new LinkedHashMap<>();
            long nowMs = 1_000_000;

            for (int k = 0; k < 600; k++) {
                nowMs += random.nextInt(3);
                long id = random.nextInt(ids);
                boolean first = plainFirst(plain, id, nowMs, horizonMs, maxIds);
                assertThat(seen.firstSight(id, nowMs)).as("seed %d", seed).isEqualTo(first);
                assertThat(uninterrupted.firstSight(id, nowMs))
                        .as("seed %d", seed)
                        .isEqualTo(first);
                assertThat(seen.size()).as("seed %d", seed).isEqualTo(plain.size());
                if (random.nextInt(10) == 0) {
                    assertThat(log.commit(seen, nowMs))
                            .as("seed %d", seed)
                            .isEqualTo(expectedLog.commit(uninterrupted, nowMs));
                    seen = new SeenIds(horizonMs, maxIds);
                    log.restore(seen);
                }
            }
        }
    }

    @Test
    void stateStaysWithinTheHorizon() {
        SeenIds seen = new SeenIds(100, 1_000_000);
        ChunkLog log = new ChunkLog();
        for (int k = 0; k < 100_000; k++) {
            seen.firstSight(k, k);
            if (k % 10 == 0) {
                log.commit(seen, k);
            }
        }
        assertThat(seen.size()).isEqualTo(101);
        assertThat(seen.stateBytes()).isLessThan(10_000);
        assertThat(log.size()).isLessThan(13);
    }

    private static boolean plainFirst(Map<Long, Long> plain, long id, long nowMs, long horizonMs, int maxIds) {
        plain.values().removeIf(atMs -> nowMs > atMs + horizonMs);
        boolean first = plain.putIfAbsent(id, nowMs) == null;
        if (plain.size() > maxIds) {
            plain.remove(plain.keySet().iterator().next());
        }
        return first;
    }
}
