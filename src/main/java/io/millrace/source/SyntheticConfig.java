package io.millrace.source;

import io.millrace.event.InvalidSetting;

/**
 * A made-up audience and what it is shown.
 *
 * @param users in the audience; 1 to 10,000,000
 * @param items in the catalog, dealt out over the clusters; at least two per taste, at most 10,000,000
 * @param tastes hidden tastes, and as many clusters of items; 2 to 1,000
 * @param slateSize items per request; 1 to 50, at most half of the items
 * @param eventsPerSecond events per second of event time, about, duplicates left out; above 0, at most 1,000,000
 * @param startMs event time of the first request, epoch milliseconds; at least 0
 * @param lengthMs event time after which no request is made, milliseconds after the start; 0 is endless
 * @param driftAfterMs when a third of the users take up another taste and one cluster starts trending, milliseconds
 *     after the start; 0 is never
 * @param clickDelayMs mean time from an impression to its click, milliseconds; 1 to 3,600,000
 * @param windowMs the attribution window that a few clicks miss, milliseconds; 1 to 604,800,000
 * @param seed of everything
 */
public record SyntheticConfig(
        int users,
        int items,
        int tastes,
        int slateSize,
        double eventsPerSecond,
        long startMs,
        long lengthMs,
        long driftAfterMs,
        long clickDelayMs,
        long windowMs,
        long seed) {

    public SyntheticConfig {
        new InvalidSetting.Check()
                .require(users >= 1 && users <= 10_000_000, "synthetic.users", users, "1 to 10000000")
                .require(tastes >= 2 && tastes <= 1000, "synthetic.tastes", tastes, "2 to 1000")
                .require(
                        items >= 2L * tastes && items <= 10_000_000,
                        "synthetic.items",
                        items,
                        "at least two per taste, at most 10000000")
                .require(
                        slateSize >= 1 && slateSize <= Math.min(50, items / 2),
                        "synthetic.slate-size",
                        slateSize,
                        "1 to 50 and at most half of the items")
                .require(
                        eventsPerSecond > 0 && eventsPerSecond <= 1e6,
                        "synthetic.events-per-second",
                        eventsPerSecond,
                        "above 0 and at most 1000000")
                .require(startMs >= 0, "synthetic.start", startMs, "at least 0")
                .require(lengthMs >= 0, "synthetic.length", lengthMs, "at least 0")
                .require(driftAfterMs >= 0, "synthetic.drift-after", driftAfterMs, "at least 0")
                .require(
                        clickDelayMs >= 1 && clickDelayMs <= 3_600_000,
                        "synthetic.click-delay",
                        clickDelayMs,
                        "1 ms to 1 hour")
                .require(windowMs >= 1 && windowMs <= 604_800_000, "synthetic.window", windowMs, "1 ms to 7 days")
                .done();
    }

    /** 2,000 users, 500 items in 12 clusters, slates of ten, no end and no drift. */
    public static SyntheticConfig of(double eventsPerSecond, long startMs, long seed) {
        return new SyntheticConfig(2000, 500, 12, 10, eventsPerSecond, startMs, 0, 0, 3000, 600_000, seed);
    }

    public SyntheticConfig withDriftAfter(long ms) {
        return new SyntheticConfig(
                users, items, tastes, slateSize, eventsPerSecond, startMs, lengthMs, ms, clickDelayMs, windowMs, seed);
    }

    public SyntheticConfig withLength(long ms) {
        return new SyntheticConfig(
                users,
                items,
                tastes,
                slateSize,
                eventsPerSecond,
                startMs,
                ms,
                driftAfterMs,
                clickDelayMs,
                windowMs,
                seed);
    }
}
