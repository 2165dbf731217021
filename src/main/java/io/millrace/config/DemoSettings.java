package io.millrace.config;

/**
 * The synthetic stream of the demo.
 *
 * @param users 10 to 10 million
 * @param items 10 to 1 million
 * @param tastes hidden tastes, and clusters of items; 2 to 1,000
 * @param slateSize items shown per request; 1 to 50
 * @param eventsPerSecond above 0, at most 1 million
 * @param driftAfterMs when tastes drift, milliseconds; 0 is never, at most 365 d
 * @param seed of the stream
 * @param brokerPort of the embedded broker, another when it is in use; 0 to 65,535, 0 takes a free one
 */
public record DemoSettings(
        int users,
        int items,
        int tastes,
        int slateSize,
        double eventsPerSecond,
        long driftAfterMs,
        long seed,
        int brokerPort) {

    public DemoSettings {
        Ranges check = new Ranges("demo");
        check.in(users, "users", 10, 10_000_000);
        check.in(items, "items", 10, 1_000_000);
        check.in(tastes, "tastes", 2, 1000);
        check.in(slateSize, "slate-size", 1, 50);
        check.that(
                eventsPerSecond > 0 && eventsPerSecond <= 1e6,
                "events-per-second",
                eventsPerSecond,
                "above 0 and at most 1000000");
        check.durationIn(driftAfterMs, "drift-after", "0ms", "365d");
        check.in(brokerPort, "broker-port", 0, 65_535);
        check.done();
    }
}
