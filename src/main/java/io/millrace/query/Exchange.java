package io.millrace.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request and its answer: what is asked, by when it must be answered, and how it was served. */
final class Exchange {

    static final int MAX_BODY_BYTES = 1 << 20;
    private static final int PIECE_BYTES = 8192;
    static final String PARTITION = "X-Millrace-Partition";

    /** The segment of every path with an id in which the id stands: "", "v1", "users", id. */
    private static final int ID_SEGMENT = 3;

    private static final String JSON = "application/json";

    private final Context context;
    private final Route route;
    private final long deadlineNanos;
    private byte @Nullable [] body;

    Exchange(Context context, Route route, long deadlineNanos) {
        this.context = context;
        this.route = route;
        this.deadlineNanos = deadlineNanos;
    }

    Context context() {
        return context;
    }

    /** The id in the path. */
    String id() {
        String segment = context.req().getRequestURI().split("/", -1)[ID_SEGMENT];
        return Arguments.requireId("id", Percent.decodePath(segment));
    }

    /** What is asked for beside the path; from the body when the route has one. */
    Arguments arguments() {
        Arguments ofQuery = Arguments.ofQuery(context.queryString(), route.parameters());
        return route.fields().isEmpty() ? ofQuery : Arguments.ofBody(Json.parse(body()), route.fields());
    }

    /** The body, read at most once and never beyond the limit. */
    byte[] body() {
        if (body == null) {
            body = read();
        }
        return body;
    }

    /** Looks at the clock after every piece, so a client that drips its body does not keep the thread. */
    private byte[] read() {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE_BYTES];
        try (InputStream in = context.req().getInputStream()) {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                read.write(piece, 0, n);
                checkBody(read.size());
            }
        } catch (IOException e) {
            checkBody(read.size());
            throw Problem.badRequest("the body broke off after " + read.size() + " bytes", "Send the whole body.");
        }
        return read.toByteArray();
    }

    private void checkBody(int bytes) {
        if (bytes > MAX_BODY_BYTES) {
            throw Problem.tooLarge("the body has more than " + MAX_BODY_BYTES + " bytes");
        }
        if (System.nanoTime() >= deadlineNanos) {
            throw Problem.tooSlow("only " + bytes + " bytes of the body had come when the request's time was up");
        }
    }

    boolean hasBody() {
        return !route.fields().isEmpty();
    }

    /** True when another instance sent the request on. */
    boolean hopped() {
        return context.header(Forwarder.HOP) != null;
    }

    void partition(int partition) {
        if (partition >= 0) {
            context.header(PARTITION, Integer.toString(partition));
        }
    }

    /** @throws Problem when no time is left */
    long remainingMs() {
        long remaining = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        if (remaining <= 0) {
            throw Problem.unavailable("the request waited for its turn until its time was up; this instance is busy");
        }
        return remaining;
    }

    void role(QueryTimers.Role role) {
        context.attribute(QueryTimers.ROLE, role);
    }

    void answer(ObjectNode node) {
        answer(200, JSON, Json.bytes(node));
    }

    void answer(int status, String contentType, byte[] bytes) {
        context.status(status).contentType(contentType).result(bytes);
    }

    void later(CompletableFuture<?> future) {
        context.future(() -> future);
    }

    void refuse(Problem problem) {
        problem.headers().forEach(context::header);
        answer(problem.status(), Problem.CONTENT_TYPE, problem.body());
    }

    /** Path and query as they came, legal in a URI. */
    String target() {
        String query = context.queryString();
        String path = Percent.legal(context.req().getRequestURI());
        return query == null || query.isEmpty() ? path : path + "?" + Percent.legal(query);
    }

    String method() {
        return Objects.requireNonNull(context.req().getMethod());
    }
}
