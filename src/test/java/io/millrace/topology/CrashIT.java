package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.codec.ExampleKind;
import io.millrace.event.CounterRandom;
import io.millrace.source.SyntheticConfig;
import io.millrace.source.SyntheticStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The learner is killed in the middle of transactions, and nothing is lost and nothing doubled. */
@Timeout(180)
class CrashIT {

    private static final int KILLS = 2;
    private static final int SLICE = 4000;
    private static final long SEED = 4;

    @TempDir
    private Path directory;

    @Test
    void whatWasLearnedAcrossKillsIsInTheRowsOnce() throws Exception {
        SyntheticStream stream = stream();
        CounterRandom random = new CounterRandom().reset(SEED, 0, 0);
        try (LiveCluster cluster = new LiveCluster(directory.resolve("broker"), 2);
                LearnerProcess learner = new LearnerProcess(directory, "one", cluster.bootstrapServers(), "");
                LedgerOracle oracle = new LedgerOracle(cluster.bootstrapServers(), "it")) {
            for (int kill = 0; kill < KILLS; kill++) {
                cluster.produce(Stream.generate(stream::next).limit(SLICE).toList());
                int more = 100 + random.nextInt(2500);
                int before = oracle.ledger().size();
                await("ledger grows by " + more + " after kill " + kill)
                        .atMost(Duration.ofSeconds(50))
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> {
                            oracle.read();
                            return oracle.ledger().size() >= before + more;
                        });
                learner.restart();
            }
            cluster.produce(Stream.generate(stream::next).limit(SLICE).toList());
            awaitLearned(cluster, List.of(learner), oracle);
            assertThat(oracle.ofKind(ExampleKind.CORRECTION)).isPositive();
            assertThat(oracle.ofKind(ExampleKind.EXPOSED_NEGATIVE)).isGreaterThan(1000);
        }
    }

    /** A long commit of many users logs them as it goes on; a kill before its end takes all of that back. */
    @Test
    void usersWhoWereLoggedBeforeTheCommitThatNeverCameAreInTheRowsOnce() throws Exception {
        SyntheticStream many = stream(20_000);
        try (LiveCluster cluster = new LiveCluster(directory.resolve("broker"), 2);
                LearnerProcess learner = new LearnerProcess(
                        directory,
                        "one",
                        cluster.bootstrapServers(),
                        "memory.user-rows: 100000\nstreams.commit-interval: 15s\n"
                                + "kafka.producer.transaction.timeout.ms: \"60000\"\n");
                LedgerOracle oracle = new LedgerOracle(cluster.bootstrapServers(), "it");
                TopicReader logged = new TopicReader(
                        cluster.bootstrapServers(),
                        MillraceInstance.changelog("it", Names.USERS),
                        "read_uncommitted")) {
            cluster.produce(Stream.generate(many::next).limit(5 * SLICE).toList());
            await("users are logged")
                    .atMost(Duration.ofSeconds(50))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> !logged.read().isEmpty());
            await("and not because a commit ends")
                    .during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(3))
                    .until(() -> {
                        oracle.read();
                        return oracle.ledger().isEmpty();
                    });
            learner.kill();
            oracle.read();
            assertThat(oracle.ledger()).as("what is committed").isEmpty();
            learner.start();
            awaitLearned(cluster, List.of(learner), oracle);
        }
    }

    /** All users are in memory, so none is stored before a stop; the next start trusts the store. */
    @Test
    void whatWasLearnedBeforeACleanStopIsGoneOnWithFromTheStore() throws Exception {
        SyntheticStream stream = stream();
        try (LiveCluster cluster = new LiveCluster(directory.resolve("broker"), 2);
                LearnerProcess learner =
                        new LearnerProcess(directory, "one", cluster.bootstrapServers(), "memory.user-rows: 100000\n");
                LedgerOracle oracle = new LedgerOracle(cluster.bootstrapServers(), "it")) {
            for (int stop = 0; stop < 2; stop++) {
                cluster.produce(Stream.generate(stream::next).limit(SLICE).toList());
                awaitLearned(cluster, List.of(learner), oracle);
                learner.stop();
                learner.start();
            }
            cluster.produce(Stream.generate(stream::next).limit(SLICE).toList());
            awaitLearned(cluster, List.of(learner), oracle);
        }
    }

    static SyntheticStream stream() {
        return stream(3000);
    }

    private static SyntheticStream stream(int users) {
        return new SyntheticStream(
                new SyntheticConfig(users, 300, 6, 5, 200, 1_700_000_000_000L, 0, 0, 3000, 20_000, SEED));
    }

    /** Waits until all that was produced is learned and published, and holds the rows to the ledger. */
    static void awaitLearned(LiveCluster cluster, List<LearnerProcess> learners, LedgerOracle oracle) {
        awaitLearned(cluster, 0, learners, oracle);
    }

    /** @param refused events that could not be used */
    static void awaitLearned(LiveCluster cluster, long refused, List<LearnerProcess> learners, LedgerOracle oracle) {
        await("all " + cluster.produced() + " events are taken in")
                .atMost(Duration.ofSeconds(50))
                .untilAsserted(() -> assertThat(learners.stream()
                                .mapToLong(LearnerProcess::taken)
                                .sum())
                        .as(() -> learners.get(0).said())
                        .isEqualTo(cluster.produced()));
        await("the rows equal the ledger").atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            oracle.read();
            oracle.assertRowsEqualLedger();
            oracle.assertNothingLost(
                    cluster.produced(),
                    refused,
                    learners.stream().map(LearnerProcess::joins).toList());
        });
    }
}
