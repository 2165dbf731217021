package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.event.Event;
import io.millrace.source.SyntheticStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What samplers remember moves with the partition: an instance that never had it restores it from the changelog. */
@Timeout(240)
class SamplersMoveIT {

    /** One of each family: rings, chains, generators, snapshots, the click graph. */
    private static final String SETTINGS = """
            learning.loss: logistic
            sampling.sampler: mix
            sampling.mix: {recent-clicks: 0.1, exposed: 0.1, mh: 0.1, mcns: 0.1, irgan: 0.1, reinforced-exposure: 0.1, srns: 0.1, hard-rank: 0.1, gibbs-walk: 0.2}
            sampling.hard-rank.every-positives: 50
            """;

    private static final Duration MOVE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final SyntheticStream stream = CrashIT.stream();

    @Test
    void anInstanceThatTakesOverRestoresWhatTheSamplersRemember() throws Exception {
        try (LiveCluster cluster = new LiveCluster(directory.resolve("broker"), 2);
                LedgerOracle oracle = new LedgerOracle(cluster.bootstrapServers(), "it")) {
            JsonNode before;
            try (LearnerProcess one = new LearnerProcess(directory, "one", cluster.bootstrapServers(), SETTINGS)) {
                cluster.produce(slice());
                CrashIT.awaitLearned(cluster, List.of(one), oracle);
                before = one.status().path("sampler").path("parts");
                one.kill();
            }
            try (LearnerProcess two = new LearnerProcess(directory, "two", cluster.bootstrapServers(), SETTINGS)) {
                await("it has the partitions")
                        .atMost(MOVE)
                        .untilAsserted(() -> assertThat(two.status()
                                        .path("sampler")
                                        .path("parts")
                                        .size())
                                .as(two::said)
                                .isEqualTo(before.size()));
                assertRemembersTheSame(before, two.status().path("sampler").path("parts"));
                cluster.produce(slice());
                CrashIT.awaitLearned(cluster, List.of(two), oracle);
            }
        }
    }

    /** What was grown step by step may take up to four times the room of what was read at once; what was lost, far less. */
    private static void assertRemembersTheSame(JsonNode before, JsonNode after) {
        for (String part : List.of("mh", "mcns", "irgan", "srns", "click-graph")) {
            long bytes = before.path(part).path("stateBytes").asLong();
            assertThat(bytes).as(part).isGreaterThan(10_000);
            assertThat(after.path(part).path("stateBytes").asLong()).as(part).isBetween(bytes / 4, bytes * 2);
        }
    }

    private List<Event> slice() {
        return Stream.generate(stream::next).limit(3000).toList();
    }
}
