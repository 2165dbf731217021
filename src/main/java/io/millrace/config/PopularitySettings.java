package io.millrace.config;

/**
 * How fast popularity fades.
 *
 * @param halfLifeMs event time in which a weight halves, milliseconds; 1 min to 365 d
 */
public record PopularitySettings(long halfLifeMs) {

    public PopularitySettings {
        Ranges check = new Ranges("popularity");
        check.durationIn(halfLifeMs, "half-life", "1m", "365d");
        check.done();
    }
}
