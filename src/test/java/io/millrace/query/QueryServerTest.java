package io.millrace.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.event.InvalidSetting;
import io.millrace.learning.KeepRates;
import io.millrace.pipeline.ClickCalibration;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueryServerTest {

    private static final String TOKEN = "0123456789abcdef";

    private final World world = World.open().withItems().withUser("u");

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void recommendationsAreTheBestScoresWithoutWhatWasClicked() {
        assertThat(items(world.get("/v1/users/u/recommendations?k=3"))).containsExactly("i-1", "i-4", "i-2");
        assertThat(items(world.get("/v1/users/u/recommendations?k=2&exclude-seen=false")))
                .containsExactly("i-0", "i-1");
    }

    @Test
    void allowAndDenyListsBoundTheAnswer() {
        assertThat(items(world.get("/v1/users/u/recommendations?allow=i-3,i-2&allow=i-0")))
                .containsExactly("i-2", "i-3");
        assertThat(items(world.get("/v1/users/u/recommendations?deny=i-1,i-4"))).containsExactly("i-2", "i-3");
        assertThat(items(world.post(
                        "/v1/users/u/recommendations",
                        "{\"k\": 1, \"exclude-seen\": false, \"allow\": [\"i-0\", \"i-3\"], \"deny\": [\"i-0\"]}")))
                .containsExactly("i-3");
    }

    @Test
    void itemsOfTheAllowListThatHaveNoRowAreNamed() {
        JsonNode answer = json(world.get("/v1/users/u/recommendations?allow=i-1,nothing"));
        assertThat(answer.get("unknown")).hasToString("[\"nothing\"]");
    }

    @Test
    void aUserWithoutARowGetsThePopular() {
        JsonNode answer = json(world.get("/v1/users/stranger/recommendations?k=2"));
        assertThat(answer.get("cold").asBoolean()).isTrue();
        assertThat(answer.get("rankedBy").asText()).isEqualTo("popularity");
        assertThat(answer.findValuesAsText("item")).containsExactly("i-4", "i-3");
    }

    @Test
    void biasRanksWhileNothingHasBeenClicked() {
        try (World fresh = World.open()) {
            fresh.items.put("a", 0.1f, 0, 0, 0, 0, 0);
            fresh.items.put("b", 0.2f, 0, 0, 0, 0, 0);
            JsonNode answer = json(fresh.get("/v1/users/stranger/recommendations"));
            assertThat(answer.get("rankedBy").asText()).isEqualTo("bias");
            assertThat(answer.findValuesAsText("item")).containsExactly("b", "a");
        }
    }

    @Test
    void anEmptyCatalogueGivesAnEmptyAnswer() {
        try (World fresh = World.open()) {
            assertThat(items(fresh.get("/v1/users/stranger/recommendations"))).isEmpty();
            assertThat(items(fresh.get("/v1/items/popular"))).isEmpty();
        }
    }

    @Test
    void aScoreIsBiasPlusDotProductAndTheBiasAloneForAStranger() {
        JsonNode known = json(world.get("/v1/scores?user=u&items=i-0,i-3,nothing"));
        assertThat(known.get("scoredBy").asText()).isEqualTo("embedding");
        assertThat(known.get("scores"))
                .hasToString("[{\"item\":\"i-0\",\"score\":1.1},{\"item\":\"i-3\",\"score\":-1.0}]");
        assertThat(known.get("unknown")).hasToString("[\"nothing\"]");
        JsonNode cold = json(world.post("/v1/scores", "{\"user\": \"stranger\", \"items\": [\"i-0\"]}"));
        assertThat(cold.get("scores")).hasToString("[{\"item\":\"i-0\",\"score\":0.1}]");
    }

    @Test
    void aScoreHasAClickProbabilityBesideItWhereOneWasFitted() {
        world.withUser("fitted", new ClickCalibration.Scale(2, -1, new KeepRates(1, 0.5)));
        JsonNode score = json(world.get("/v1/scores?user=fitted&items=i-0")).at("/scores/0");
        double kept = 1 / (1 + Math.exp(-(2 * 1.1 - 1)));
        assertThat(score.get("clickProbability").asDouble()).isCloseTo(kept / (kept + (1 - kept) / 0.5), within(1e-6));
        assertThat(json(world.get("/v1/scores?user=stranger&items=i-0"))
                        .at("/scores/0/clickProbability")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void similarItemsLeaveOutTheItemAndKnowTwoMetrics() {
        assertThat(items(world.get("/v1/items/i-0/similar?k=1"))).containsExactly("i-1");
        world.items.put("long", 0, 0, 50, 50, 50, 0);
        assertThat(items(world.get("/v1/items/i-0/similar?k=1&metric=cosine"))).containsExactly("i-1");
        assertThat(items(world.get("/v1/items/i-0/similar?k=1&metric=dot"))).containsExactly("long");
    }

    @Test
    void idsAreOpaque() {
        for (String id :
                List.of("a/b", "a b", "..", ".", "100%", "é", "a?b", "a+b", "a;b", "{id}", "recommendations")) {
            world.withUser(id);
            String path = "/v1/users/" + escaped(id);
            assertThat(json(world.get(path)).get("user").asText()).isEqualTo(id);
        }
    }

    @Test
    void aQueryNeverCreatesState() {
        Map<String, UserState> before = new TreeMap<>(world.users.rows);
        for (String target : List.of(
                "/v1/users/x",
                "/v1/users/x/recommendations",
                "/v1/scores?user=x&items=y",
                "/v1/items/y",
                "/v1/items/y/similar")) {
            world.get(target);
        }
        assertThat(world.users.rows).isEqualTo(before);
        assertThat(world.items.size()).isEqualTo(5);
    }

    @Test
    void headIsGetWithoutABody() {
        for (String target : List.of("/", "/livez", "/v1/users/u", "/v1/items/popular", "/metrics")) {
            HttpResponse<String> head = world.send("HEAD", target, "", Map.of());
            assertThat(head.statusCode()).as(target).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0))
                    .isPositive();
        }
        assertThat(world.send("HEAD", "/v1/users/stranger", "", Map.of()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void everyRefusalIsAProblemThatSaysWhatToDo() {
        assertProblem(world.get("/v1/users/u/recommendations?k=0"), 400, "k = 0, expected 1 to 1000");
        assertProblem(world.get("/v1/users/u/recommendations?limit=3"), 400, "unknown query parameter");
        assertProblem(world.get("/livez?verbose=true"), 400, "unknown query parameter");
        assertProblem(world.get("/v1/items/" + "x".repeat(257)), 400, "257 bytes");
        assertProblem(world.get("/v1/items/i-0/similar?metric=l2"), 400, "metric = l2, expected one of [cosine, dot]");
        assertProblem(world.post("/v1/scores", "{nope"), 400, "not JSON");
        assertProblem(world.get("/v1/users/stranger"), 404, "user \"stranger\" has no row");
        assertProblem(world.get("/v1/items/nothing"), 404, "item \"nothing\" has no row");
        assertProblem(world.get("/v2"), 404, "");
        HttpResponse<String> deleted = world.send("DELETE", "/v1/users/u", "", Map.of());
        assertProblem(deleted, 405, "");
        assertThat(deleted.headers().firstValue("Allow").orElse("")).contains("GET");
        assertProblem(world.post("/v1/scores", " ".repeat(Exchange.MAX_BODY_BYTES + 1)), 413, "bytes");
        assertProblem(world.get("/v1/items/%FF"), 400, "");
        assertProblem(world.get("/v1/scores?user=u&items=%FF"), 400, "UTF-8");
        assertProblem(world.get("/v1/items/x?" + "y".repeat(20_000)), 414, "");
    }

    @Test
    void whatIsNotEvenHttpGetsAnAnswerWithoutAStack() throws IOException {
        for (String head :
                List.of("GET /v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n", "NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n")) {
            String answer = raw(head);
            assertThat(answer)
                    .as(head)
                    .containsPattern("HTTP/1.1 [45]\\d\\d ")
                    .doesNotContain("at org.", "Exception", "<html");
        }
    }

    @Test
    void aBugIsLoggedAndShowsNothingButAReference() {
        world.users.before = user -> {
            throw new IllegalStateException("secret inside");
        };
        HttpResponse<String> answer = world.get("/v1/users/u");
        assertProblem(answer, 500, "reference");
        assertThat(answer.body()).doesNotContain("secret", "Exception", "at io.");
    }

    @Test
    void anErrorOfTheJvmIsAProblemToo() {
        world.users.before = user -> {
            throw new StackOverflowError("secret inside");
        };
        HttpResponse<String> answer = world.get("/v1/users/u");
        assertProblem(answer, 500, "reference");
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void aBodyThatStallsOrDripsIsGivenUp() throws Exception {
        try (World hurried = World.of(World.config("", 150)).withItems()) {
            String head = "POST /v1/scores HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n";
            assertThat(dripped(hurried, head, 0)).contains("408", "only 0 bytes");
            assertThat(dripped(hurried, head, 900)).contains("408", "too-slow");
        }
    }

    /** Sends {@code head}, then a byte each 10 ms, and reads the answer. */
    private static String dripped(World world, String head, int bytes) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", world.server.port())) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor();
            try {
                AtomicInteger left = new AtomicInteger(bytes);
                drip.scheduleAtFixedRate(() -> drop(socket, left), 0, 10, TimeUnit.MILLISECONDS);
                return new String(socket.getInputStream().readNBytes(600), StandardCharsets.UTF_8);
            } finally {
                drip.shutdownNow();
            }
        }
    }

    private static void drop(Socket socket, AtomicInteger left) {
        try {
            if (left.getAndDecrement() > 0) {
                socket.getOutputStream().write(' ');
            }
        } catch (IOException e) {
            left.set(0);
        }
    }

    @Test
    void stateThatIsMovingIsAReasonToTryAgain() {
        world.users.before = user -> {
            throw new Unavailable("partition 3 is being restored");
        };
        HttpResponse<String> answer = world.get("/v1/users/u");
        assertProblem(answer, 503, "partition 3 is being restored");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    }

    @Test
    void answersSayWhoGaveThemAndForWhichPartition() {
        HttpResponse<String> answer = world.get("/v1/users/u");
        assertThat(answer.headers().firstValue("X-Served-By")).hasValue(world.server.advertised());
        assertThat(answer.headers().firstValue("X-Millrace-Partition")).hasValue("3");
    }

    @Test
    void theTokenIsAskedForEverywhereButAtTheProbesAndThePage() {
        try (World closed = World.of(World.config(TOKEN, 1000)).withItems().withUser("u")) {
            HttpResponse<String> none = closed.get("/v1/users/u");
            assertProblem(none, 401, "no bearer token");
            assertThat(none.headers().firstValue("WWW-Authenticate")).isPresent();
            for (String wrong :
                    List.of("Bearer " + TOKEN + "x", "Bearer", "Basic " + TOKEN, "Bearer 0123456789abcdeF")) {
                assertThat(closed.send("GET", "/v1/status", "", Map.of("Authorization", wrong))
                                .statusCode())
                        .as(wrong)
                        .isEqualTo(401);
            }
            assertThat(closed.send("GET", "/v1/users/u", "", Map.of("Authorization", "bearer " + TOKEN))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(closed.get("/metrics").statusCode()).isEqualTo(401);
            for (String open : List.of("/livez", "/readyz", "/", "/openapi.yaml")) {
                assertThat(closed.get(open).statusCode()).as(open).isEqualTo(200);
            }
        }
    }

    @Test
    void probesSayWhyNot() {
        world.status.ready = StatusSource.Health.bad("restoring users, partition 3: 25%");
        assertThat(world.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(world.get("/readyz").body()).contains("restoring users, partition 3: 25%");
        assertThat(world.get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void requestsAreTimedByRouteRoleAndResultAndNeverById() {
        world.get("/v1/users/u");
        world.get("/v1/users/stranger");
        world.get("/no/such/path");
        String metrics = world.get("/metrics").body();
        assertThat(metrics)
                .contains(
                        "millrace_query_requests_seconds_count{result=\"ok\",role=\"local\",route=\"/v1/users/{id}\"} 1")
                .contains("result=\"not-found\",role=\"local\",route=\"/v1/users/{id}\"} 1")
                .contains("result=\"not-found\",role=\"local\",route=\"none\"} 1")
                .doesNotContain("stranger", "such");
    }

    @Test
    void aTakenPortIsSaidClearly() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            QueryConfig config = new QueryConfig("127.0.0.1", port, "", "", false, 1000, 1000, 16);
            assertThatThrownBy(() -> World.of(config))
                    .isInstanceOf(InvalidSetting.class)
                    .hasMessageContaining("query.port = " + port + ", expected a port that can be bound on 127.0.0.1");
        }
    }

    @Test
    void thePageNeedsNothingFromElsewhere() {
        HttpResponse<String> page = world.get("/");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "sha256-");
        assertThat(page.body())
                .doesNotContain("href=\"http", "https://", "src=", "@import")
                .contains("/v1/items/popular?k=10");
    }

    @Test
    void manyAskAtOnceWhileItemsChange() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                int n = i;
                answers.add(clients.submit(() -> {
                    world.items.put("new-" + n % 150, n, n, n, 1, 1, 1);
                    return world.get("/v1/users/" + (n % 2 == 0 ? "u" : "x") + "/recommendations?k=" + (1 + n % 50))
                            .statusCode();
                }));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private String raw(String head) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", world.server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String escaped(String id) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
            escaped.append(String.format("%%%02X", b & 0xFF));
        }
        return escaped.toString();
    }

    private static List<String> items(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response).get("items").findValuesAsText("item");
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
    }

    private static void assertProblem(HttpResponse<String> response, int status, String detail) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue(Problem.CONTENT_TYPE);
        JsonNode problem = json(response);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asText()).isNotEmpty().contains(detail);
        assertThat(problem.get("cure").asText()).isNotEmpty();
    }
}
