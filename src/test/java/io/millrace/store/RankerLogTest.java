package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.ranking.Blend;
import io.millrace.ranking.BlendConfig;
import io.millrace.ranking.CoOccurrenceConfig;
import io.millrace.ranking.JournaledRanker;
import io.millrace.ranking.Presets;
import io.millrace.ranking.Query;
import io.millrace.ranking.ServedConfig;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.RecentItems;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RankerLogTest {

    private static final int USERS = 30;

    private final Catalog catalog = new Catalog();
    private final KeyValueStore<Bytes, byte[]> store =
            Stores.inMemoryKeyValueStore("ranking").get();
    private final List<RecentItems> histories = new ArrayList<>();
    private final CounterRandom random = new CounterRandom();
    private long step;

    @BeforeEach
    void open() {
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
        for (int k = 0; k < 50; k++) {
            catalog.add(EntityId.of("i" + k));
        }
        for (int k = 0; k < USERS; k++) {
            histories.add(new RecentItems(50));
        }
    }

    private JournaledRanker fresh() {
        return new JournaledRanker(
                (Blend) new ServedConfig("blend", BlendConfig.DEFAULT, CoOccurrenceConfig.DEFAULT)
                        .make(catalog, ServedConfig.Members.of((query, out) -> {})),
                catalog);
    }

    private void learn(JournaledRanker ranker, int clicks) {
        Query query = new Query(catalog);
        float[] out = new float[64];
        for (int k = 0; k < clicks; k++) {
            random.reset(9, ++step, 0);
            int user = random.nextInt(USERS);
            int slot = random.nextInt(50);
            query.start(EntityId.of("u" + user), histories.get(user), true, step * 1000);
            if (step % 3 == 0) {
                ranker.score(query, out);
            }
            ranker.learn(query, slot);
            histories.get(user).add(catalog.item(slot).hash(), step * 1000);
        }
    }

    private byte[] bytes(JournaledRanker ranker) throws IOException {
        var bytes = new ByteArrayOutputStream();
        ranker.writeTo(new DataOutputStream(bytes), catalog);
        return bytes.toByteArray();
    }

    @Test
    void whatWasCommittedIsThereAgainToTheBitWhereverTheSnapshotIs() throws IOException {
        JournaledRanker ranker = fresh();
        RankerLog log = new RankerLog(store, ranker, catalog, 20_000);
        for (int commit = 0; commit < 60; commit++) {
            learn(ranker, 17);
            log.commit();
            byte[] committed = bytes(ranker);
            JournaledRanker again = fresh();
            RankerLog reopened = new RankerLog(store, again, catalog, 20_000);
            assertThat(bytes(again)).as("commit %d", commit).isEqualTo(committed);
            if (commit % 7 == 0) {
                ranker = again;
                log = reopened;
            }
        }
    }

    @Test
    void theStoreIsBoundedByTheSnapshotHoweverLongTheStream() {
        JournaledRanker ranker = fresh();
        RankerLog log = new RankerLog(store, ranker, catalog, 20_000);
        long most = 0;
        for (int commit = 0; commit < 300; commit++) {
            learn(ranker, 17);
            log.commit();
            most = Math.max(most, stored());
        }
        // About 5,000 clicks of 110 bytes went in.
        assertThat(most).isLessThan(150_000);
    }

    @Test
    void aSnapshotCutShortByACrashIsBegunAgain() throws IOException {
        JournaledRanker ranker = fresh();
        RankerLog log = new RankerLog(store, ranker, catalog);
        learn(ranker, 50);
        log.commit();
        byte[] committed = bytes(ranker);
        store.put(Bytes.wrap(new byte[] {3, 0, 0, 0, 1, 0, 0, 0, 0}), new byte[] {1, 2, 3});
        JournaledRanker again = fresh();
        new RankerLog(store, again, catalog);
        assertThat(bytes(again)).isEqualTo(committed);
        assertThat(store.get(Bytes.wrap(new byte[] {3, 0, 0, 0, 1, 0, 0, 0, 0})))
                .isNull();
    }

    @Test
    void theStateOfAnotherRankingIsRefusedWithTheCure() {
        JournaledRanker ranker = fresh();
        RankerLog log = new RankerLog(store, ranker, catalog);
        learn(ranker, 50);
        log.commit();
        JournaledRanker other = new JournaledRanker((Blend) Presets.news(), catalog);
        assertThatThrownBy(() -> new RankerLog(store, other, catalog))
                .hasMessageContaining("was ranking.served, or a setting of it, changed without a reset?");
    }

    private long stored() {
        long bytes = 0;
        try (var all = store.all()) {
            while (all.hasNext()) {
                bytes += all.next().value.length;
            }
        }
        return bytes;
    }
}
