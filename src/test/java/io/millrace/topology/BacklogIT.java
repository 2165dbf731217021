package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.source.SyntheticConfig;
import io.millrace.source.SyntheticStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A start on topics that have filled up: events must not starve the item updates, whose commits fill the heap meanwhile. */
@Timeout(240)
class BacklogIT {

    /** Commits of the events that the stream thread had already buffered. */
    private static final long BUFFERED = 12;

    private static final int EVENTS = 60_000;

    /** Large rows, so that a fetch brings few updates. */
    private static final String SETTINGS = """
            learning.dimension: 128
            sampling.negatives: 20
            """;

    @TempDir
    private Path directory;

    @Test
    void aBacklogOfEventsKeepsFewCommitsUnpublished() throws Exception {
        var stream = new SyntheticStream(
                new SyntheticConfig(3000, 4000, 6, 5, 200, 1_700_000_000_000L, 0, 0, 3000, 20_000, 5));
        try (LiveCluster cluster = new LiveCluster(directory.resolve("broker"), 2)) {
            cluster.produce(Stream.generate(stream::next).limit(EVENTS).toList());
            try (LearnerProcess learner = new LearnerProcess(directory, "one", cluster.bootstrapServers(), SETTINGS)) {
                AtomicLong most = new AtomicLong();
                await("the backlog is taken in")
                        .atMost(Duration.ofSeconds(150))
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> {
                            most.accumulateAndGet(unpublished(learner), Math::max);
                            return learner.taken() == cluster.produced();
                        });
                assertThat(most.get()).isBetween(1L, Lead.MOST + BUFFERED);
            }
        }
    }

    private static long unpublished(LearnerProcess learner) throws IOException {
        if (learner.url() == null) {
            return 0;
        }
        return learner.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("millrace_commits_unpublished "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .max()
                .orElse(0);
    }
}
