package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.event.Click;
import io.millrace.event.Event;
import io.millrace.source.SyntheticStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each partition has a tree of its own, and whoever is asked answers with that of the user's. */
@Timeout(240)
class TreeServingIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    static final String SETTINGS = """
            learning.objective: hierarchical-softmax
            learning.tied: true
            learning.unclicked-weight: 0
            learning.dislike-weight: 0
            learning.tree-items: 50
            learning.tree-warm-up: 100
            """;

    @TempDir
    private Path directory;

    @Test
    void scoresOfAllItemsAreOneLawPerUserWhoeverIsAsked() throws Exception {
        SyntheticStream stream = CrashIT.stream();
        List<Event> events = Stream.generate(stream::next).limit(3000).toList();
        try (LiveCluster cluster = new LiveCluster(directory.resolve("broker"), 2);
                LearnerProcess one = new LearnerProcess(directory, "one", cluster.bootstrapServers(), SETTINGS);
                LearnerProcess two = new LearnerProcess(directory, "two", cluster.bootstrapServers(), SETTINGS)) {
            await("both are there")
                    .atMost(PATIENCE)
                    .until(() -> one.status().has("joins") && two.status().has("joins"));
            Set<String> items = new TreeSet<>();
            events.forEach(event -> items.add(event.item().text()));
            produce(events, cluster, one, two);
            await("both have all items")
                    .atMost(PATIENCE)
                    .until(() -> items(one) == items.size() && items(two) == items.size());
            // Each partition meets what the other has published when it has something to learn itself.
            Stream<Event> more = Stream.generate(stream::next)
                    .filter(event -> items.contains(event.item().text()))
                    .limit(500);
            produce(more.toList(), cluster, one, two);
            Set<String> owners = new HashSet<>();
            await("all is committed")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(assertOneLawPerUser(events, items, one, two, owners))
                            .isGreaterThan(10));
            assertThat(owners).hasSize(2);
        }
    }

    private static int items(LearnerProcess learner) {
        return learner.status().path("model").path("items").asInt();
    }

    private static void produce(List<Event> events, LiveCluster cluster, LearnerProcess one, LearnerProcess two)
            throws Exception {
        cluster.produce(events);
        await("all is learned")
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(one.taken() + two.taken()).as(one::said).isEqualTo(cluster.produced()));
    }

    /** Returns how many users were asked for. */
    private static int assertOneLawPerUser(
            List<Event> events, Set<String> items, LearnerProcess one, LearnerProcess two, Set<String> owners)
            throws IOException {
        List<String> users = events.stream()
                .filter(Click.class::isInstance)
                .map(click -> click.user().text())
                .distinct()
                .limit(15)
                .toList();
        for (String user : users) {
            JsonNode scores = scores(one, user, items);
            assertThat(scores(two, user, items)).isEqualTo(scores);
            assertThat(scores.path("scoredBy").asText()).isEqualTo("tree");
            assertThat(scores.path("unknown")).isEmpty();
            double sum = 0;
            Map<String, Double> logs = new HashMap<>();
            for (JsonNode score : scores.path("scores")) {
                sum += Math.exp(score.path("score").asDouble());
                logs.put(score.path("item").asText(), score.path("score").asDouble());
            }
            assertThat(sum).as("of all probabilities of %s", user).isCloseTo(1, within(1e-4));
            assertThat(new HashSet<>(logs.values())).hasSizeGreaterThan(items.size() / 4);
            owners.add(assertRecommends(one, two, user));
        }
        return users.size();
    }

    /** Returns who answered. */
    private static String assertRecommends(LearnerProcess one, LearnerProcess two, String user) throws IOException {
        String path = "/v1/users/" + user + "/recommendations?k=5";
        var answer = one.get(path);
        assertThat(two.get(path).body()).isEqualTo(answer.body());
        JsonNode recommended = JSON.readTree(answer.body());
        assertThat(recommended.path("cold").asBoolean()).isFalse();
        assertThat(recommended.path("rankedBy").asText()).isEqualTo("blend");
        assertThat(recommended.path("items")).hasSize(5);
        return answer.headers().firstValue("X-Served-By").orElseThrow();
    }

    private static JsonNode scores(LearnerProcess asked, String user, Set<String> items) throws IOException {
        ObjectNode body = JSON.createObjectNode().put("user", user);
        ArrayNode ids = body.putArray("items");
        items.forEach(ids::add);
        return JSON.readTree(asked.post("/v1/scores", body.toString()).body());
    }
}
