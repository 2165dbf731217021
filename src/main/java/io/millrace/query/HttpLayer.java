package io.millrace.query;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.JettyConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.router.Endpoint;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every request goes through, whatever it asks: bounds on connections, threads, sizes and time; the token; the
 * headers of the answer; problems instead of stack traces; the timers.
 */
final class HttpLayer {

    private static final Logger LOG = LoggerFactory.getLogger(HttpLayer.class);

    private static final int MIN_THREADS = 8;
    private static final int MAX_QUEUED = 1024;
    private static final int MAX_CONNECTIONS = 4096;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int IDLE_MS = 30_000;

    private final QueryConfig config;
    private final List<Route> routes;
    private final QueryTimers timers;
    private final Supplier<String> servedBy;
    private final BearerToken token;

    HttpLayer(QueryConfig config, List<Route> routes, QueryTimers timers, Supplier<String> servedBy) {
        this.config = config;
        this.routes = routes;
        this.timers = timers;
        this.servedBy = servedBy;
        token = new BearerToken(config.token());
    }

    Javalin create() {
        return Javalin.create(javalin -> {
            quiet(javalin);
            jetty(javalin.jetty);
            routes(javalin.routes);
            javalin.router.javaLangErrorHandler(HttpLayer::fatal);
            javalin.requestLogger.http((context, ms) -> time(context));
        });
    }

    private static void quiet(JavalinConfig javalin) {
        javalin.startup.showJavalinBanner = false;
        javalin.startup.showOldJavalinVersionWarning = false;
        javalin.startup.startupWatcherEnabled = false;
        javalin.http.prefer405over404 = true;
        javalin.http.compressionStrategy = CompressionStrategy.NONE;
    }

    private void jetty(JettyConfig jetty) {
        jetty.threadPool = threads();
        jetty.modifyHttpConfiguration(this::bounds);
        jetty.modifyServletContextHandler(handler -> handler.getServletHandler().setDecodeAmbiguousURIs(true));
        jetty.modifyServer(HttpLayer::server);
    }

    private QueuedThreadPool threads() {
        QueuedThreadPool threads =
                new QueuedThreadPool(config.threads(), MIN_THREADS, IDLE_MS, new LinkedBlockingQueue<>(MAX_QUEUED));
        threads.setName("query");
        threads.setDaemon(true);
        return threads;
    }

    private static void server(Server server) {
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
        server.setErrorHandler(new JettyErrors());
    }

    /**
     * Ids are opaque, so a path may hold any of them escaped: a slash, a dot, a percent sign. And two tokens that differ
     * in case only must not be taken for one because the connection has seen the other.
     */
    private void bounds(HttpConfiguration http) {
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        http.setIdleTimeout(2L * config.timeoutMs());
        http.setHeaderCacheCaseSensitive(true);
        http.setSendServerVersion(false);
        http.setUriCompliance(UriCompliance.from(UriCompliance.AMBIGUOUS_VIOLATIONS));
    }

    private void routes(RoutesConfig javalin) {
        javalin.before(this::common);
        for (Route route : routes) {
            javalin.addHttpHandler(HandlerType.findOrCreate(route.method()), route.path(), it -> serve(route, it));
            if (route.method().equals("GET")) {
                javalin.addHttpHandler(HandlerType.HEAD, route.path(), it -> serve(route, it));
            }
        }
        javalin.exception(Problem.class, (problem, context) -> refuse(context, problem));
        javalin.exception(Unavailable.class, (e, context) -> refuse(context, Problem.unavailable(e.reason())));
        javalin.exception(HttpResponseException.class, (e, context) -> refuse(context, ofHttp(e)));
        javalin.exception(Exception.class, (e, context) -> refuse(context, ofBug(e)));
    }

    private void common(Context context) {
        context.header(Forwarder.SERVED_BY, servedBy.get())
                .header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff");
    }

    private void serve(Route route, Context context) {
        if (!route.open()) {
            token.check(context.header("Authorization"));
        }
        Exchange exchange = new Exchange(context, route, arrivedNanos(context) + nanos(config.timeoutMs()));
        exchange.role(exchange.hopped() ? QueryTimers.Role.OWNER : QueryTimers.Role.LOCAL);
        if (!route.open()) {
            exchange.remainingMs();
        }
        route.handling().handle(exchange);
    }

    private void time(Context context) {
        @Nullable Endpoint endpoint = context.endpoints().lastHttpEndpoint();
        QueryTimers.@Nullable Role role = context.attribute(QueryTimers.ROLE);
        timers.record(
                endpoint == null ? "none" : endpoint.path,
                role == null ? QueryTimers.Role.LOCAL : role,
                context.statusCode(),
                System.nanoTime() - arrivedNanos(context));
    }

    /** When the request's head had been read: waiting for a thread counts. */
    private static long arrivedNanos(Context context) {
        return ServletContextRequest.getServletContextRequest(context.req()).getHeadersNanoTime();
    }

    private static long nanos(int ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private static void refuse(Context context, Problem problem) {
        problem.headers().forEach(context::header);
        context.status(problem.status()).contentType(Problem.CONTENT_TYPE).result(problem.body());
    }

    private static Problem ofHttp(HttpResponseException e) {
        String allow = e.getDetails().get("availableMethods");
        return Problem.http(
                e.getStatus(),
                e.getStatus() == 404 ? "There is nothing at this path" : "The request cannot be served",
                String.valueOf(e.getMessage()),
                allow == null ? Map.of() : Map.of("Allow", allow));
    }

    private static void fatal(HttpServletResponse response, Error error) {
        Problem problem = bug(error);
        response.setStatus(problem.status());
        response.setContentType(Problem.CONTENT_TYPE);
        try {
            response.getOutputStream().write(problem.body());
        } catch (IOException e) {
            LOG.debug("the client has gone", e);
        }
    }

    private static Problem bug(Throwable thrown) {
        String reference = UUID.randomUUID().toString();
        LOG.error("query failed, reference {}", reference, thrown);
        return Problem.internal(reference);
    }

    private static Problem ofBug(Exception e) {
        if (e instanceof HttpException http) {
            return Problem.http(
                    http.getCode(), "The request cannot be served", String.valueOf(http.getReason()), Map.of());
        }
        return bug(e);
    }
}
