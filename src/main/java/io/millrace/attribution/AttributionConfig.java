package io.millrace.attribution;

import io.millrace.event.InvalidSetting;

/**
 * How clicks find their impressions, in event time. Defaults are in {@code reference.yaml}.
 *
 * <pre>
 *   shown at t   ├── window ──┤ grace ├──────── late ────────┤
 *                a click here │       │ decided: a click now │ forgotten: a click
 *                is a positive│       │ retracts the negative│ now is an orphan
 * </pre>
 *
 * @param windowMs W, a click counts if at most this long after its impression, bound included; 1 ms to 30 days
 * @param graceMs extra stream time before an impression is decided, for clicks that arrive late; 0 to 7 days
 * @param lateMs how long a decided impression is remembered, so that a late click finds it; 0 to 30 days
 * @param clickWaitMs how long a click waits for an impression that comes after it; 0 to 1 day, 0 is not at all
 * @param dedupHorizonMs how long the id of an event is remembered, in stream time; 0, not at all, or as long
 *     as an impression and more, to 30 days
 * @param maxPending open and remembered impressions and waiting clicks of one partition; 1 to 100 million
 */
public record AttributionConfig(
        long windowMs, long graceMs, long lateMs, long clickWaitMs, long dedupHorizonMs, int maxPending) {

    private static final long DAY_MS = 86_400_000;

    public AttributionConfig {
        new InvalidSetting.Check()
                .require(within(windowMs, 1, 30), "attribution.window", ms(windowMs), "1 ms to 30 days")
                .require(within(graceMs, 0, 7), "attribution.grace", ms(graceMs), "0 to 7 days")
                .require(within(lateMs, 0, 30), "attribution.late", ms(lateMs), "0 to 30 days")
                .require(within(clickWaitMs, 0, 1), "attribution.click-wait", ms(clickWaitMs), "0 to 1 day")
                .require(within(dedupHorizonMs, 0, 30), "attribution.dedup-horizon", ms(dedupHorizonMs), "0 to 30 days")
                .require(
                        dedupHorizonMs == 0
                                || dedupHorizonMs >= windowMs + graceMs + lateMs
                                || !(within(windowMs, 1, 30) && within(graceMs, 0, 7) && within(lateMs, 0, 30)),
                        "attribution.dedup-horizon",
                        ms(dedupHorizonMs),
                        "at least window + grace + late = " + ms(windowMs + graceMs + lateMs)
                                + ", or 0 to let duplicates through")
                .require(
                        maxPending >= 1 && maxPending <= 100_000_000,
                        "attribution.max-pending",
                        maxPending,
                        "1 to 100000000")
                .done();
    }

    /** From showing to decision, in stream time. */
    long openMs() {
        return windowMs + graceMs;
    }

    private static boolean within(long ms, long atLeastMs, long atMostDays) {
        return ms >= atLeastMs && ms <= atMostDays * DAY_MS;
    }

    private static String ms(long ms) {
        return ms + " ms";
    }
}
