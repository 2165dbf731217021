package io.millrace.query;

import static java.util.Objects.requireNonNullElse;

import io.javalin.Javalin;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.event.InvalidSetting;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;

/**
 * The HTTP server of an instance: reads what the instance holds, asks the owner for what it does not, writes nothing.
 *
 * <p>It may be started before the streams are: the ports then say that they are not ready or throw {@link Unavailable}.
 */
public final class QueryServer implements AutoCloseable {

    private static final Set<String> NONE = Set.of();

    private final QueryConfig config;
    private final Forwarder forwarder;
    private final List<Route> routes;
    private final Javalin http;

    private QueryServer(
            QueryConfig config,
            ItemIndex items,
            UserStates users,
            Routing routing,
            StatusSource status,
            Ranking ranking,
            Scoring scoring,
            PrometheusMeterRegistry registry) {
        this.config = config;
        forwarder = new Forwarder(config.timeoutMs());
        Scans scans = new Scans(items, 2 * Runtime.getRuntime().availableProcessors());
        routes = routes(
                new UserQueries(users, items, routing, ranking, scoring, scans, forwarder, config.maxK()),
                new ItemQueries(items, scans, config.maxK()),
                new StatusQueries(status, routing, registry),
                new Pages());
        http = new HttpLayer(config, routes, new QueryTimers(registry), this::advertised).create();
    }

    /** Starts with recommendations ranked, and items scored, by the embeddings. */
    public static QueryServer start(
            QueryConfig config,
            ItemIndex items,
            UserStates users,
            Routing routing,
            StatusSource status,
            PrometheusMeterRegistry registry) {
        return start(
                config,
                items,
                users,
                routing,
                status,
                Ranking.byEmbedding(items),
                Scoring.byEmbedding(items),
                registry);
    }

    /**
     * Binds the port and serves until {@link #close}.
     *
     * @param registry that {@code /metrics} shows and the query timers go to
     * @throws InvalidSetting when the address cannot be bound
     */
    public static QueryServer start(
            QueryConfig config,
            ItemIndex items,
            UserStates users,
            Routing routing,
            StatusSource status,
            Ranking ranking,
            Scoring scoring,
            PrometheusMeterRegistry registry) {
        QueryServer server = new QueryServer(config, items, users, routing, status, ranking, scoring, registry);
        try {
            server.http.start(config.host(), config.port());
        } catch (JavalinBindException e) {
            server.close();
            throw new InvalidSetting(
                    "query.port",
                    config.port(),
                    "a port that can be bound on " + config.host() + " (" + reason(e)
                            + "); stop what uses it, choose another, or 0 for a free one");
        }
        return server;
    }

    private static String reason(JavalinBindException e) {
        Throwable cause = e.getCause();
        return requireNonNullElse(cause == null ? null : cause.getMessage(), "in use, or not allowed");
    }

    /** Order matters: a fixed path stands before one with an id in the same place. */
    private static List<Route> routes(UserQueries users, ItemQueries items, StatusQueries status, Pages pages) {
        return List.of(
                Route.get("/v1/users/{id}", NONE, users::user),
                Route.get(
                        "/v1/users/{id}/recommendations",
                        UserQueries.RECOMMENDATION_PARAMETERS,
                        users::recommendations),
                Route.post(
                        "/v1/users/{id}/recommendations",
                        UserQueries.RECOMMENDATION_PARAMETERS,
                        users::recommendations),
                Route.get("/v1/scores", UserQueries.SCORE_PARAMETERS, users::scores),
                Route.post("/v1/scores", UserQueries.SCORE_PARAMETERS, users::scores),
                Route.get("/v1/items/popular", ItemQueries.POPULAR_PARAMETERS, items::popular),
                Route.get("/v1/items/{id}", NONE, items::item),
                Route.get("/v1/items/{id}/similar", ItemQueries.SIMILAR_PARAMETERS, items::similar),
                Route.get("/v1/status", NONE, status::status),
                Route.get("/metrics", NONE, status::metrics),
                Route.open("/livez", status::live),
                Route.open("/readyz", status::ready),
                Route.open("/openapi.yaml", pages::openApi),
                Route.open("/", pages::index));
    }

    List<Route> routes() {
        return routes;
    }

    /** The port that is bound. */
    public int port() {
        return http.port();
    }

    /** host:port at which other instances reach this one; what {@code application.server} should be. */
    public String advertised() {
        return config.advertised().isEmpty() ? reachableHost() + ":" + port() : config.advertised();
    }

    /** The address to show to people on this machine. */
    public String url() {
        String host = isWildcard() ? "127.0.0.1" : config.host();
        return "http://" + host + ":" + port();
    }

    private String reachableHost() {
        try {
            return isWildcard() ? InetAddress.getLocalHost().getHostName() : config.host();
        } catch (UnknownHostException e) {
            return config.host();
        }
    }

    private boolean isWildcard() {
        return config.host().equals("0.0.0.0") || config.host().equals("::");
    }

    @Override
    public void close() {
        http.stop();
        forwarder.close();
    }
}
