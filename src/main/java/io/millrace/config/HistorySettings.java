package io.millrace.config;

/**
 * What is remembered of a user.
 *
 * @param clicked last clicked items; 1 to 5,000
 * @param exposed last items shown and left unclicked; 1 to 5,000
 * @param exclusionHorizonMs event time in which a clicked item is never a negative, milliseconds; 1 s to 3,650 d
 */
public record HistorySettings(int clicked, int exposed, long exclusionHorizonMs) {

    public HistorySettings {
        Ranges check = new Ranges("history");
        check.in(clicked, "clicked", 1, 5000);
        check.in(exposed, "exposed", 1, 5000);
        check.durationIn(exclusionHorizonMs, "exclusion-horizon", "1s", "3650d");
        check.done();
    }
}
