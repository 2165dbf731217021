package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import io.millrace.store.ItemRow;
import io.millrace.store.ItemUpdateFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A commit goes out once, as numbered records for the owners of its items. */
class ItemUpdatesTest {

    private static final int LEARNER = 5;
    private static final int ITEMS = 1500;
    private static final int VECTOR = 1024;
    private static final int SCALARS = 2;

    private final ItemPartitions partitions = new ItemPartitions(3);
    private final ItemUpdateFormat format = new ItemUpdateFormat(VECTOR, SCALARS);
    private final ItemUpdates updates = new ItemUpdates(LEARNER, partitions, format, 41);
    private final List<Sent> records = new ArrayList<>();

    private record Sent(int itemPartition, byte[] bytes) {}

    @Test
    void aCommitIsOneRecordForEachItemPartitionThatItHasSomethingFor() {
        StepGroup commit = commit(1, false);
        assertThat(records).hasSize(1);
        assertThat(commit.sequences[0]).isEqualTo(42);

        records.clear();
        commit = commit(20, false);
        assertThat(records).extracting(Sent::itemPartition).containsExactly(0, 1, 2);
        assertThat(sequences()).containsExactlyInAnyOrder(43L, 44L, 45L);
        assertThat(commit.sequences[0]).as("the first entry begins a record").isEqualTo(43);
        assertThat(updates.sequence()).isEqualTo(45);
    }

    @Test
    void everyEntryIsInTheRecordThatIsNotedWithIt() {
        StepGroup commit = commit(ITEMS, true);
        Map<Integer, Long> sequenceOf = new TreeMap<>();
        Map<Integer, Long> lastTo = new TreeMap<>();
        for (Sent sent : records) {
            ItemRow row = new ItemRow(VECTOR, SCALARS);
            List<Integer> slots = new ArrayList<>();
            long sequence = format.read(sent.bytes(), row, change -> {
                        assertThat(partitions.of(change.item.hash())).isEqualTo(sent.itemPartition());
                        assertThat(change.item).isEqualTo(item(change.slot));
                        assertThat(change.clicks).isEqualTo(change.slot);
                        assertThat(change.lastMs).isEqualTo(1000 + change.slot);
                        assertThat(change.hasFloats).isEqualTo(change.slot % 7 != 0);
                        slots.add(change.slot);
                    })
                    .sequence();
            slots.forEach(slot -> assertThat(sequenceOf.put(slot, sequence)).isNull());
            lastTo.merge(sent.itemPartition(), sequence, Math::max);
        }
        assertThat(sequenceOf).hasSize(ITEMS);
        sequenceOf.forEach((slot, sequence) ->
                assertThat(commit.sequences[commit.find(slot)]).isEqualTo(sequence));
        lastTo.forEach((to, last) -> assertThat(commit.sentTo(to)).isEqualTo(last));
    }

    @Test
    void aRecordThatIsFullIsSentAndAnotherBegun() {
        commit(ITEMS, true);
        assertThat(records)
                .hasSizeGreaterThan(partitions.count())
                .allSatisfy(sent -> assertThat(sent.bytes().length).isLessThan(1 << 20));
        assertThat(sequences())
                .doesNotHaveDuplicates()
                .allSatisfy(sequence -> assertThat(sequence).isBetween(42L, 41L + records.size()));
        assertThat(records).extracting(sent -> origin(sent).partition()).containsOnly(LEARNER);
    }

    /** Commits so many items with counts, and all but each seventh with floats where these are wanted. */
    private StepGroup commit(int items, boolean withFloats) {
        StepGroup commit = new StepGroup(VECTOR, SCALARS);
        commit.forgetSent(partitions.count());
        for (int slot = 0; slot < items; slot++) {
            int at = commit.entry(slot);
            commit.clicks[at] = slot;
            if (withFloats && slot % 7 != 0) {
                commit.reserveFloats(at);
            }
            updates.add(commit, at, item(slot), 1000 + slot, this::sent);
        }
        updates.finish(this::sent);
        return commit;
    }

    private void sent(int itemPartition, byte[] record) {
        records.add(new Sent(itemPartition, record));
    }

    private Collection<Long> sequences() {
        return records.stream().map(sent -> origin(sent).sequence()).toList();
    }

    private ItemUpdateFormat.Origin origin(Sent sent) {
        return format.read(sent.bytes(), new ItemRow(VECTOR, SCALARS), change -> {});
    }

    private static EntityId item(int slot) {
        return EntityId.of("i" + slot);
    }
}
