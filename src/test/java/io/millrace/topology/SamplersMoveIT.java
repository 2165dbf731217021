package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.event.Event;
import io.millrace.source.SyntheticStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What samplers remember moves with the partitions: an instance that never had it restores it from the changelog. */
@Timeout(300)
class SamplersMoveIT {

    private static final Duration MOVE = Duration.ofSeconds(90);

    /** Bytes of a part from which on what it holds, and not its empty arrays, makes up most of it. */
    private static final long HOLDS = 10_000;

    @TempDir
    private Path directory;

    private final SyntheticStream stream = CrashIT.stream();

    @Test
    void whoJoinsHasItsShareOfWhatAllSamplersRememberAndWhoTakesOverHasItAll() throws Exception {
        try (LiveCluster cluster = new LiveCluster(directory.resolve("broker"), 2);
                LedgerOracle oracle = new LedgerOracle(cluster.bootstrapServers(), "it");
                LearnerProcess one = learner("one", cluster)) {
            cluster.produce(slice());
            CrashIT.awaitLearned(cluster, List.of(one), oracle);
            Map<String, Long> whole = parts(one);
            try (LearnerProcess two = learner("two", cluster)) {
                await("each has its share")
                        .atMost(MOVE)
                        .untilAsserted(() -> assertThat(List.of(one.taken(), two.taken()))
                                .as(two::said)
                                .allMatch(taken -> taken > 0));
                assertRemembersTheSame(whole, parts(one, two));
                cluster.produce(slice());
                CrashIT.awaitLearned(cluster, List.of(one, two), oracle);
                whole = parts(one, two);
                one.kill();
                await("it has all partitions")
                        .atMost(MOVE)
                        .untilAsserted(
                                () -> assertThat(two.taken()).as(two::said).isEqualTo(cluster.produced()));
                assertRemembersTheSame(whole, parts(two));
                cluster.produce(slice());
                CrashIT.awaitLearned(cluster, List.of(two), oracle);
            }
        }
    }

    private LearnerProcess learner(String name, LiveCluster cluster) throws Exception {
        String settings = "learning.loss: logistic\nsampling.exposed.skip-above: true\n";
        return new LearnerProcess(
                directory, name, cluster.bootstrapServers(), settings + MovedPartitionIT.mixWithoutBatches());
    }

    /** Bytes of each part of the samplers, of all instances together. */
    private static Map<String, Long> parts(LearnerProcess... learners) {
        Map<String, Long> parts = new TreeMap<>();
        for (LearnerProcess learner : learners) {
            JsonNode own = learner.status().path("sampler").path("parts");
            own.fieldNames()
                    .forEachRemaining(name ->
                            parts.merge(name, own.path(name).path("stateBytes").asLong(), Long::sum));
        }
        return parts;
    }

    /** What was grown step by step may take up to four times the room of what was read at once; what was lost, far less. */
    private static void assertRemembersTheSame(Map<String, Long> before, Map<String, Long> after) {
        assertThat(before.entrySet().stream().filter(part -> part.getValue() > HOLDS))
                .hasSizeGreaterThan(10);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        before.forEach((part, bytes) -> assertThat(after.get(part))
                .as("%s, which had %d bytes", part, bytes)
                .isBetween(bytes > HOLDS ? bytes / 4 : 0, Math.max(HOLDS, 2 * bytes)));
    }

    private List<Event> slice() {
        return Stream.generate(stream::next).limit(3000).toList();
    }
}
