package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.event.Event;
import io.millrace.source.SyntheticStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two instances share the partitions, and one that is killed leaves its share to the other. */
@Timeout(240)
class TwoInstancesIT {

    private static final int SLICE = 3000;
    private static final Duration MOVE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final SyntheticStream stream = CrashIT.stream();

    @Test
    void aSecondInstanceTakesItsShareAndTheOtherTakesOverWhenOneIsKilled() throws Exception {
        try (LiveCluster cluster = new LiveCluster(directory.resolve("broker"), 2);
                LearnerProcess one = new LearnerProcess(directory, "one", cluster.bootstrapServers(), "");
                LedgerOracle oracle = new LedgerOracle(cluster.bootstrapServers(), "it")) {
            cluster.produce(slice());
            awaitTaken(one, 1000);
            try (LearnerProcess two = new LearnerProcess(directory, "two", cluster.bootstrapServers(), "")) {
                awaitShare(one, two);
                cluster.produce(slice());
                awaitLearnedBySelf(one);
                awaitLearnedBySelf(two);
                CrashIT.awaitLearned(cluster, List.of(one, two), oracle);
                assertSameItems(one, two);
                assertForwards(one, two);

                cluster.produce(slice());
                awaitTaken(one, one.taken() + 200);
                one.kill();
                cluster.produce(slice());
                CrashIT.awaitLearned(cluster, List.of(two), oracle);
                assertThat(partitions(two)).isEqualTo(2);
            }
        }
    }

    /** The sleeper wakes in the middle of a transaction that is no longer its own. */
    @Test
    void aStandbyIsPromotedWhileTheOwnerSleepsAndNothingIsLearnedTwice() throws Exception {
        String settings = "streams.standbys: 1\n";
        try (LiveCluster cluster = new LiveCluster(directory.resolve("broker"), 2);
                LearnerProcess one = new LearnerProcess(directory, "one", cluster.bootstrapServers(), settings);
                LearnerProcess two = new LearnerProcess(directory, "two", cluster.bootstrapServers(), settings);
                LedgerOracle oracle = new LedgerOracle(cluster.bootstrapServers(), "it")) {
            awaitShare(one, two);
            cluster.produce(slice());
            awaitTaken(two, 200);
            two.pause();
            await("the other has both").atMost(MOVE).until(() -> partitions(one) == 2);
            cluster.produce(slice());
            awaitTaken(one, one.taken() + 200);
            two.resume();
            awaitShare(one, two);
            cluster.produce(slice());
            CrashIT.awaitLearned(cluster, List.of(one, two), oracle);
        }
    }

    private List<Event> slice() {
        return Stream.generate(stream::next).limit(SLICE).toList();
    }

    private static void awaitTaken(LearnerProcess learner, long events) {
        await("events taken").atMost(MOVE).pollInterval(Duration.ofMillis(20)).until(() -> learner.taken() >= events);
    }

    /** Both run, and each says that it reads one of the two partitions. */
    private static void awaitShare(LearnerProcess one, LearnerProcess two) {
        await("each has a partition").atMost(MOVE).untilAsserted(() -> {
            assertThat(partitions(one))
                    .as(() -> "ONE\n" + one.said() + "\nTWO\n" + two.said())
                    .isEqualTo(1);
            assertThat(partitions(two)).as(two::said).isEqualTo(1);
        });
    }

    private static int partitions(LearnerProcess learner) {
        Set<Integer> mine = new HashSet<>();
        learner.status().path("instances").forEach(instance -> {
            if (instance.path("local").asBoolean()) {
                instance.path("partitions").forEach(partition -> mine.add(partition.asInt()));
            }
        });
        return mine.size();
    }

    private static void awaitLearnedBySelf(LearnerProcess learner) {
        await("it learns itself").atMost(MOVE).until(() -> {
            return learner.status().path("model").path("updates").asLong() > 100;
        });
    }

    private static void assertSameItems(LearnerProcess one, LearnerProcess two) {
        await("both hold the whole item table").atMost(MOVE).untilAsserted(() -> {
            long items = one.status().path("model").path("items").asLong();
            assertThat(items).isGreaterThan(200);
            assertThat(two.status().path("model").path("items").asLong()).isEqualTo(items);
        });
        await("with the same rows")
                .atMost(MOVE)
                .untilAsserted(
                        () -> assertThat(two.get("/v1/items/popular?k=50").body())
                                .isEqualTo(one.get("/v1/items/popular?k=50").body()));
    }

    /** Whoever is asked, the owner answers, in one hop. */
    private static void assertForwards(LearnerProcess one, LearnerProcess two) throws IOException {
        Set<String> servedBy = new HashSet<>();
        int found = 0;
        for (int user = 0; user < 40; user++) {
            var atOne = one.get("/v1/users/u-" + user);
            var atTwo = two.get("/v1/users/u-" + user);
            assertThat(atTwo.statusCode()).isEqualTo(atOne.statusCode()).isIn(200, 404);
            assertThat(atTwo.body()).isEqualTo(atOne.body());
            found += atOne.statusCode() == 200 ? 1 : 0;
            String owner = atOne.headers().firstValue("X-Served-By").orElseThrow();
            assertThat(atTwo.headers().firstValue("X-Served-By")).contains(owner);
            servedBy.add(owner);
        }
        assertThat(found).isGreaterThan(5);
        assertThat(servedBy).hasSize(2);
    }
}
