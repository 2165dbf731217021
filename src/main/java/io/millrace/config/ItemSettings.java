package io.millrace.config;

/**
 * Which items get a row, and for how long.
 *
 * @param ttlMs an item without events for this long is forgotten; event time, milliseconds; 1 min to 3,650 d
 * @param maxItems most items; 1 to 100 million
 */
public record ItemSettings(long ttlMs, int maxItems) {

    public ItemSettings {
        Ranges check = new Ranges("items");
        check.durationIn(ttlMs, "ttl", "1m", "3650d");
        check.in(maxItems, "max-items", 1, 100_000_000);
        check.done();
    }
}
