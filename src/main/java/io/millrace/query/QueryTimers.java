package io.millrace.query;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Times every request by route, by the part this instance had in it, and by how it ended. */
final class QueryTimers {

    /** Attribute of a request that holds its {@link Role}. */
    static final String ROLE = "millrace.role";

    /** The part an instance has in a request. */
    enum Role {
        /** Answered from its own state. */
        LOCAL,
        /** Sent on to the owner. */
        FORWARDED,
        /** Answered for another instance, which had sent it on. */
        OWNER
    }

    private static final String NAME = "millrace.query.requests";
    private static final Duration[] BOUNDS = {
        Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofMillis(250)
    };

    private final MeterRegistry registry;

    QueryTimers(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param route path template; never a path with an id, which would make a series per id */
    void record(String route, Role role, int status, long nanos) {
        Timer.builder(NAME)
                .description("HTTP queries, waiting for a thread included")
                .tag("route", route)
                .tag("role", role.name().toLowerCase(Locale.ROOT))
                .tag("result", result(status))
                .serviceLevelObjectives(BOUNDS)
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private static String result(int status) {
        if (status < 400) {
            return "ok";
        }
        if (status < 500) {
            return status == 404 ? "not-found" : "refused";
        }
        return status == 503 ? "unavailable" : "error";
    }
}
