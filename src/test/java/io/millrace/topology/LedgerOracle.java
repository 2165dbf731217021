package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.codec.ExampleKind;
import io.millrace.codec.ExampleReader;
import io.millrace.codec.LedgerExample;
import io.millrace.event.EntityId;
import io.millrace.pipeline.Example;
import io.millrace.store.ItemRow;
import io.millrace.store.ItemRowFormat;
import io.millrace.store.RowKey;
import io.millrace.store.UserRowFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts the ledger again and holds the rows to it. What was learned twice, or was learned and is in no row, or is in a
 * row and was never learned, shows in a row's number of steps or in the XOR of their digests.
 */
final class LedgerOracle implements AutoCloseable {

    /** Steps of a row and the XOR of their digests. */
    record Steps(int count, long digest) {}

    private final TopicReader examples;
    private final TopicReader itemRows;
    private final TopicReader userRows;
    private final ExampleReader reader = new ExampleReader();
    private final ItemRowFormat itemFormat = new ItemRowFormat();
    private final UserRowFormat userFormat = new UserRowFormat();
    private final ItemRow row;

    private final List<LedgerExample> ledger = new ArrayList<>();
    private final Map<String, Steps> items = new TreeMap<>();
    private final Map<String, Steps> users = new TreeMap<>();
    private final Map<String, Long> exposures = new HashMap<>();
    private final Map<String, Long> clicks = new HashMap<>();

    /** @param application whose rows have the shape of {@link TestSettings#learning} */
    LedgerOracle(String bootstrapServers, String application) {
        examples = new TopicReader(bootstrapServers, "examples");
        itemRows = new TopicReader(bootstrapServers, MillraceInstance.changelog(application, Names.ITEM_ROWS));
        userRows = new TopicReader(bootstrapServers, MillraceInstance.changelog(application, Names.USERS));
        ItemTable shape = new Instance(TestSettings.settings(1, 1000), () -> 0).table();
        row = new ItemRow(shape.vectorStride(), shape.scalarStride());
    }

    /** Takes in what was committed meanwhile. */
    void read() {
        examples.read().forEach(record -> ledger.add(reader.read(record.value())));
        itemRows.read().forEach(record -> {
            if (RowKey.isRow(record.key())) {
                itemFormat.read(record.value(), row);
                String item = row.item.text();
                items.put(item, new Steps(row.updates, row.digest));
                exposures.put(item, row.exposures);
                clicks.put(item, row.clicks);
            }
        });
        userRows.read().forEach(record -> {
            UserRowFormat.Row user = userFormat.read(record.value());
            users.put(user.user().text(), new Steps(user.updates(), user.digest()));
        });
    }

    List<LedgerExample> ledger() {
        return ledger;
    }

    /** Every row equals the ledger counted again, and no example is in it twice. */
    void assertRowsEqualLedger() {
        assertSame("items", stepped(items), recount(true));
        assertSame("users", stepped(users), recount(false));
        Set<String> ids = new HashSet<>();
        Map<Integer, Set<Long>> sequences = new TreeMap<>();
        for (LedgerExample example : ledger) {
            assertThat(ids.add(example.kind() + " " + example.id()))
                    .as("%s %s is in the ledger once", example.kind(), example.id())
                    .isTrue();
            sequences.computeIfAbsent(example.partition(), p -> new HashSet<>()).add(example.sequence());
        }
        sequences.forEach((partition, numbers) -> assertThat(numbers)
                .as("numbers of the examples of partition %d have no gap", partition)
                .contains(0L, numbers.size() - 1L)
                .hasSize((int) ledger.stream()
                        .filter(example -> example.partition() == partition)
                        .count()));
    }

    private static void assertSame(String what, Map<String, Steps> rows, Map<String, Steps> counted) {
        Map<String, String> differences = new TreeMap<>();
        counted.forEach((id, steps) -> {
            if (!steps.equals(rows.get(id))) {
                differences.put(id, "row " + rows.get(id) + ", ledger " + steps);
            }
        });
        rows.forEach((id, steps) -> {
            if (!counted.containsKey(id)) {
                differences.put(id, "row " + steps + ", not in the ledger");
            }
        });
        assertThat(differences)
                .as("rows of %s that differ from the ledger, of %d", what, counted.size())
                .isEmpty();
    }

    /** Every event produced is in one place of the balance, and what the balance says was learned is in ledger and rows. */
    void assertNothingLost(long produced, long refused, List<JsonNode> joins) {
        Map<String, Long> outcomes = new TreeMap<>();
        long in = 0;
        for (JsonNode instance : joins) {
            assertThat(instance.path("balanced").asBoolean()).as("%s", instance).isTrue();
            in += instance.path("in").asLong();
            instance.path("outcomes")
                    .properties()
                    .forEach(outcome ->
                            outcomes.merge(outcome.getKey(), outcome.getValue().asLong(), Long::sum));
        }
        assertThat(in).as("events accounted for").isEqualTo(produced);
        assertThat(outcomes.get("impressions.refused") + outcomes.get("clicks.refused"))
                .as("refused")
                .isEqualTo(refused);
        long clicked = outcomes.get("clicks.answered") + outcomes.get("clicks.late") + outcomes.get("clicks.orphan");
        assertThat(ofKind(ExampleKind.POSITIVE) + ofKind(ExampleKind.CORRECTION))
                .as("clicks learned, of %s", outcomes)
                .isEqualTo(clicked);
        assertThat(sum(clicks)).as("clicks counted").isEqualTo(clicked);
        assertThat(sum(exposures))
                .as("exposures counted")
                .isEqualTo(outcomes.get("impressions.clicked")
                        + outcomes.get("impressions.unclicked")
                        + outcomes.get("impressions.late")
                        + outcomes.get("impressions.pending"));
    }

    long ofKind(ExampleKind kind) {
        return ledger.stream().filter(example -> example.kind() == kind).count();
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, Steps> stepped(Map<String, Steps> rows) {
        Map<String, Steps> stepped = new TreeMap<>(rows);
        stepped.values().removeIf(steps -> steps.count() == 0);
        return stepped;
    }

    /** Steps by item or by user, from the ledger alone. */
    private Map<String, Steps> recount(boolean ofItems) {
        Map<String, Steps> counted = new TreeMap<>();
        for (LedgerExample example : ledger) {
            long id = EntityId.of(example.id()).hash();
            String one = ofItems ? example.item() : example.user();
            if (example.late()) {
                add(counted, one, Example.retractionDigest(id));
            }
            if (example.weight() > 0) {
                long digest = Example.digest(id, MillraceTopologyTest.kind(example.kind()));
                Set<String> stepped = new HashSet<>(Set.of(one));
                if (ofItems) {
                    example.negatives().forEach(negative -> stepped.add(negative.item()));
                }
                stepped.forEach(key -> add(counted, key, digest));
            }
        }
        return counted;
    }

    private static void add(Map<String, Steps> counted, String key, long digest) {
        Steps before = counted.getOrDefault(key, new Steps(0, 0));
        counted.put(key, new Steps(before.count() + 1, before.digest() ^ digest));
    }

    @Override
    public void close() {
        examples.close();
        itemRows.close();
        userRows.close();
    }
}
