package io.millrace.query;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends a query on to the instance that owns its user, one hop and never two, and passes on what it answers. No serving
 * thread waits meanwhile, and what is under way is bounded, so an instance that hangs cannot take this one with it.
 */
final class Forwarder implements AutoCloseable {

    /** Marks a query that was sent on once; whoever gets it answers or refuses. */
    static final String HOP = "X-Millrace-Hop";

    static final String SERVED_BY = "X-Served-By";

    private static final int MAX_UNDER_WAY = 256;
    private static final int THREADS = 2;
    private static final int MISDIRECTED = 421;
    private static final List<String> PASSED_BACK =
            List.of("Content-Type", SERVED_BY, Exchange.PARTITION, "Retry-After", "WWW-Authenticate");

    private final Semaphore free = new Semaphore(MAX_UNDER_WAY);
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, Forwarder::thread);
    private final HttpClient client;

    Forwarder(int timeoutMs) {
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofMillis(timeoutMs))
                .executor(threads)
                .build();
    }

    void forward(Exchange exchange, Routing.Owner owner) {
        exchange.role(QueryTimers.Role.FORWARDED);
        long timeoutMs = exchange.remainingMs();
        HttpRequest request = request(exchange, owner, timeoutMs);
        if (!free.tryAcquire()) {
            throw Problem.unavailable("too many queries wait for other instances; " + owner.address() + " is one");
        }
        exchange.later(send(request, timeoutMs).handle((response, failure) -> {
            if (response != null) {
                passBack(exchange, owner, response);
            } else {
                exchange.refuse(Problem.unavailable(reason(owner, failure, timeoutMs)));
            }
            return null;
        }));
    }

    private CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request, long timeoutMs) {
        CompletableFuture<HttpResponse<byte[]>> sent =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        // A copy, because only cancelling the client's own future also ends the exchange on the wire.
        return sent.copy().orTimeout(timeoutMs, TimeUnit.MILLISECONDS).whenComplete((response, failure) -> {
            free.release();
            if (failure != null) {
                sent.cancel(true);
            }
        });
    }

    private static HttpRequest request(Exchange exchange, Routing.Owner owner, long timeoutMs) {
        HttpRequest.BodyPublisher body = exchange.hasBody()
                ? HttpRequest.BodyPublishers.ofByteArray(exchange.body())
                : HttpRequest.BodyPublishers.noBody();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + owner.address() + exchange.target()))
                .method(exchange.method(), body)
                .timeout(Duration.ofMillis(timeoutMs))
                .header(HOP, "1");
        String token = exchange.context().header("Authorization");
        return (token == null ? request : request.header("Authorization", token)).build();
    }

    private static void passBack(Exchange exchange, Routing.Owner owner, HttpResponse<byte[]> response) {
        if (response.statusCode() == MISDIRECTED) {
            exchange.refuse(Problem.unavailable("the user is moving: " + owner.address() + " does not own them now"));
            return;
        }
        for (String header : PASSED_BACK) {
            response.headers()
                    .firstValue(header)
                    .ifPresent(value -> exchange.context().header(header, value));
        }
        exchange.context().status(response.statusCode()).result(response.body());
    }

    private static String reason(Routing.Owner owner, @Nullable Throwable failure, long timeoutMs) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        boolean late = cause instanceof TimeoutException || cause instanceof java.net.http.HttpTimeoutException;
        String why = late ? "did not answer within " + timeoutMs + " ms" : "cannot be reached";
        return "the user's owner " + owner.address() + " (partition " + owner.partition() + ") " + why;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "query-hop");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
