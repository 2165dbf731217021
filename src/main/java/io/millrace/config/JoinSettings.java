package io.millrace.config;

/**
 * What is decided about joins outside the joiner; the rest of the section is {@code AttributionConfig}'s.
 *
 * @param learnOrphans true when a click that has no impression is a positive all the same
 * @param idleFlushMs wall-clock silence after which a partition's event time moves on; 1 s to 1 day
 */
public record JoinSettings(boolean learnOrphans, long idleFlushMs) {

    public JoinSettings {
        Ranges check = new Ranges("attribution");
        check.durationIn(idleFlushMs, "idle-flush", "1s", "1d");
        check.done();
    }
}
