package io.millrace.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.query.Routing.Owner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForwardingTest {

    private static final String TOKEN = "0123456789abcdef";
    private static final Map<String, String> BEARER = Map.of("Authorization", "Bearer " + TOKEN);
    private static final int TIMEOUT_MS = 250;

    private final World asked = World.of(World.config(TOKEN, TIMEOUT_MS)).withItems();
    private final World owner =
            World.of(World.config(TOKEN, TIMEOUT_MS)).withItems().withUser("u");

    @AfterEach
    void close() {
        asked.close();
        owner.close();
    }

    @Test
    void theOwnerAnswersInOneHop() {
        asked.routing.others = owner.asOwner();
        HttpResponse<String> answer = ask("/v1/users/u");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"user\":\"u\"");
        assertThat(answer.headers().firstValue("X-Served-By")).hasValue(owner.server.advertised());
        assertThat(answer.headers().firstValue("X-Millrace-Partition")).hasValue("3");
        assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/json");
        assertThat(asked.registry.scrape()).contains("role=\"forwarded\"");
        assertThat(owner.registry.scrape()).contains("role=\"owner\"");
    }

    @Test
    void queryAndBodyArriveAsTheyWereSent() {
        asked.routing.others = owner.asOwner();
        owner.withUser("a/b é|\"");
        assertThat(ask("/v1/users/a%2Fb%20%C3%A9%7C%22/recommendations?allow=i-2,i-3&k=1")
                        .body())
                .contains("\"item\":\"i-2\"")
                .doesNotContain("i-3");
        HttpResponse<String> posted =
                asked.send("POST", "/v1/scores", "{\"user\": \"u\", \"items\": [\"i-0\"]}", BEARER);
        assertThat(posted.body()).contains("1.1");
        assertThat(asked.send("HEAD", "/v1/users/u", "", BEARER).statusCode()).isEqualTo(200);
    }

    @Test
    void whatTheOwnerRefusesIsPassedOn() {
        asked.routing.others = owner.asOwner();
        HttpResponse<String> answer = ask("/v1/users/stranger");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(Problem.CONTENT_TYPE);
        assertThat(answer.body()).contains("unknown-user");
    }

    @Test
    void aLoopEndsAfterOneHop() {
        asked.routing.others = owner.asOwner();
        owner.routing.others = asked.asOwner();
        HttpResponse<String> answer = ask("/v1/users/u");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.body()).contains("the user is moving");
    }

    @Test
    void whoGetsAHopForAUserItDoesNotOwnNamesTheOwner() {
        asked.routing.others = owner.asOwner();
        HttpResponse<String> answer =
                asked.send("GET", "/v1/users/u", "", Map.of("Authorization", "Bearer " + TOKEN, "X-Millrace-Hop", "1"));
        assertThat(answer.statusCode()).isEqualTo(421);
        assertThat(answer.headers().firstValue("X-Millrace-Owner"))
                .hasValue(owner.asOwner().address());
    }

    @Test
    void anOwnerThatIsDownIsA503WithinTheDeadline() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        asked.routing.others = new Owner("127.0.0.1", port, 3, false, true);
        assertUnavailable("127.0.0.1:" + port + " (partition 3) cannot be reached");
    }

    @Test
    void anOwnerThatHangsIsA503WithinTheDeadline() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            asked.routing.others = new Owner("127.0.0.1", silent.getLocalPort(), 3, false, true);
            assertUnavailable("did not answer within");
        }
    }

    @Test
    void anOwnerThatHangsTakesNoThreads() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 128, InetAddress.getLoopbackAddress())) {
            asked.routing.others = new Owner("127.0.0.1", silent.getLocalPort(), 3, false, true);
            List<CompletableFuture<HttpResponse<String>>> hanging = IntStream.range(0, 60)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> ask("/v1/users/u")))
                    .toList();
            for (int i = 0; i < 20; i++) {
                assertThat(ask("/v1/items/i-0").statusCode()).isEqualTo(200);
            }
            hanging.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(503));
        }
    }

    @Test
    void aPartitionWithoutAnOwnerIsA503() {
        asked.routing.others = Owner.unknown(3);
        assertUnavailable("partition 3 of user \"u\" has no owner now");
    }

    @Test
    void itemsAreAnsweredWhereTheyAreAsked() {
        asked.routing.others = owner.asOwner();
        assertThat(ask("/v1/items/i-0").headers().firstValue("X-Served-By")).hasValue(asked.server.advertised());
    }

    @Test
    void theHopCarriesTheTokenOfTheClient() {
        AtomicReference<String> seen = new AtomicReference<>("");
        owner.users.before = user -> {
            seen.set(user);
            return user;
        };
        asked.routing.others = owner.asOwner();
        assertThat(asked.get("/v1/users/u").statusCode()).isEqualTo(401);
        assertThat(seen).hasValue("");
        ask("/v1/users/u");
        assertThat(seen).hasValue("u");
    }

    private void assertUnavailable(String detail) {
        long start = System.nanoTime();
        HttpResponse<String> answer = ask("/v1/users/u");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(TIMEOUT_MS + 500));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.body()).contains(detail.replace("\"", "\\\""));
    }

    private HttpResponse<String> ask(String target) {
        return asked.send("GET", target, "", BEARER);
    }
}
