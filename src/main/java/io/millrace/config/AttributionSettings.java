package io.millrace.config;

/**
 * How clicks are joined to impressions; event time, milliseconds.
 *
 * @param windowMs a click counts for an impression at most this much older, the bound included; 1 ms to 30 d
 * @param graceMs extra wait for clicks out of order; 0 to 7 d
 * @param lateMs for this long after, a late click takes the negative back; 0 to 30 d
 * @param clickWaitMs wait of a click that came before its impression; 0 to 1 d
 * @param dedupHorizonMs an event id seen again within this is a duplicate; 0 to 30 d
 * @param maxPending open impressions of one partition; 1 to 100 million
 * @param idleFlushMs wall-clock silence after which an idle partition is decided; 1 s to 1 d
 */
public record AttributionSettings(
        long windowMs,
        long graceMs,
        long lateMs,
        long clickWaitMs,
        long dedupHorizonMs,
        int maxPending,
        long idleFlushMs) {

    public AttributionSettings {
        Ranges check = new Ranges("attribution");
        check.durationIn(windowMs, "window", "1ms", "30d");
        check.durationIn(graceMs, "grace", "0ms", "7d");
        check.durationIn(lateMs, "late", "0ms", "30d");
        check.durationIn(clickWaitMs, "click-wait", "0ms", "1d");
        check.durationIn(dedupHorizonMs, "dedup-horizon", "0ms", "30d");
        check.in(maxPending, "max-pending", 1, 100_000_000);
        check.durationIn(idleFlushMs, "idle-flush", "1s", "1d");
        check.done();
    }
}
