package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.codec.ExampleKind;
import io.millrace.codec.LedgerExample;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.pipeline.Example;
import io.millrace.source.SyntheticConfig;
import io.millrace.source.SyntheticStream;
import io.millrace.store.ItemRow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MillraceTopologyTest {

    @TempDir
    Path directory;

    @Test
    void publishedRowsEqualTheLedgerReCounted() {
        Settings settings = TestSettings.settings(1, 1000);
        try (DrivenTopology live = new DrivenTopology(settings, directory)) {
            synthetic(3000).forEach(live::send);
            Map<String, long[]> recount = recount(live.examples());
            ItemRow row = new ItemRow(
                    live.instance.table().vectorStride(), live.instance.table().scalarStride());
            assertThat(recount).hasSizeGreaterThan(100);
            recount.forEach((item, expected) -> {
                assertThat(live.instance.table().find(EntityId.of(item).hash(), row))
                        .isTrue();
                assertThat(row.updates).as("steps of %s", item).isEqualTo((int) expected[0]);
                assertThat(row.digest).as("digest of %s", item).isEqualTo(expected[1]);
            });
        }
    }

    @Test
    void aRecordThatCannotBeReadIsDeadLetteredWithItsOriginAndTheStreamGoesOn() {
        try (DrivenTopology live = new DrivenTopology(TestSettings.settings(1, 1000), directory)) {
            live.send(true, "u1", "{broken".getBytes(StandardCharsets.UTF_8), 5);
            synthetic(50).forEach(live::send);
            var dead = live.deadLetters();
            assertThat(dead).hasSize(1);
            assertThat(new String(
                            dead.get(0).headers().lastHeader("millrace.topic").value(), StandardCharsets.UTF_8))
                    .isEqualTo("impressions");
            LearnerReport report = live.instance.learners().get(0);
            assertThat(report.balance().balances()).isTrue();
            assertThat(report.items()).isGreaterThan(5);
        }
    }

    @Test
    void usersThatDoNotFitInTheCacheAreWrittenAndReadBack() {
        List<Event> history = synthetic(1500);
        List<LedgerExample> roomy;
        List<LedgerExample> tight;
        try (DrivenTopology live = new DrivenTopology(TestSettings.settings(1, 100_000), directory.resolve("a"))) {
            history.forEach(live::send);
            roomy = live.examples();
        }
        try (DrivenTopology live = new DrivenTopology(TestSettings.settings(1, 7), directory.resolve("b"))) {
            history.forEach(live::send);
            tight = live.examples();
        }
        assertThat(tight).isEqualTo(roomy).isNotEmpty();
    }

    static List<Event> synthetic(int events) {
        SyntheticStream stream =
                new SyntheticStream(new SyntheticConfig(60, 200, 6, 5, 20, 1_700_000_000_000L, 0, 0, 3000, 60_000, 7));
        return Stream.generate(stream::next).limit(events).toList();
    }

    /** Steps and digests of every item, from the ledger alone. */
    static Map<String, long[]> recount(List<LedgerExample> ledger) {
        Map<String, long[]> items = new HashMap<>();
        for (LedgerExample example : ledger) {
            long id = EntityId.of(example.id()).hash();
            if (example.late()) {
                add(items, example.item(), Example.retractionDigest(id));
            }
            if (example.weight() > 0) {
                long digest = Example.digest(id, kind(example.kind()));
                Set<String> stepped = new TreeSet<>();
                stepped.add(example.item());
                example.negatives().forEach(negative -> stepped.add(negative.item()));
                stepped.forEach(item -> add(items, item, digest));
            }
        }
        return items;
    }

    private static void add(Map<String, long[]> items, String item, long digest) {
        long[] count = items.computeIfAbsent(item, i -> new long[2]);
        count[0]++;
        count[1] ^= digest;
    }

    static Example.Kind kind(ExampleKind kind) {
        return Example.Kind.valueOf(kind.name());
    }
}
