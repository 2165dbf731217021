package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.attribution.SeenIds;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class ChunkLogTest {

    /** What Kafka takes as one record, when nothing else is set. */
    private static final int RECORD_BYTES = 1_000_000;

    private static final int IDS = 200_000;
    private static final long NOW = 1_700_000_000_000L;
    private static final long HORIZON_MS = 60_000;

    private final KeyValueStore<Bytes, byte[]> store =
            Stores.inMemoryKeyValueStore("seen").get();

    @Test
    void aCommitOfAnySizeIsWrittenInRecordsThatKafkaTakesAndReadBackWhole() {
        SeenIds seen = new SeenIds(HORIZON_MS, 10 * IDS);
        ChunkLog log = new ChunkLog(store, seen);
        for (long commit = 0; commit < 3; commit++) {
            for (long id = commit * IDS; id < (commit + 1) * IDS; id++) {
                assertThat(seen.firstSight(id, NOW + commit)).isTrue();
            }
            log.append(NOW + commit);
        }
        assertThat(sizes()).hasSizeGreaterThan(6).allMatch(size -> size < RECORD_BYTES);
        SeenIds restored = new SeenIds(HORIZON_MS, 10 * IDS);
        new ChunkLog(store, restored);
        for (long id = 0; id < 3 * IDS; id++) {
            assertThat(restored.firstSight(id, NOW + 3)).as("id %d", id).isFalse();
        }
    }

    @Test
    void allPartsOfAChunkGoWhenEventTimeHasOutlivedIt() {
        SeenIds seen = new SeenIds(HORIZON_MS, 10 * IDS);
        ChunkLog log = new ChunkLog(store, seen);
        for (long id = 0; id < IDS; id++) {
            seen.firstSight(id, NOW);
        }
        log.append(NOW);
        seen.firstSight(IDS, NOW + 3 * HORIZON_MS);
        log.append(NOW + 3 * HORIZON_MS);
        assertThat(sizes()).hasSize(1);
    }

    private List<Integer> sizes() {
        List<Integer> sizes = new ArrayList<>();
        try (var all = store.all()) {
            all.forEachRemaining(entry -> sizes.add(entry.value.length));
        }
        return sizes;
    }
}
