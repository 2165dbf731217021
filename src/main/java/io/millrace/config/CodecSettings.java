package io.millrace.config;

/**
 * How events are read.
 *
 * @param strictKeys refuse events with unknown fields
 * @param maxFutureMs an event this far ahead of the wall clock is refused, milliseconds; 1 s to 1 d
 */
public record CodecSettings(boolean strictKeys, long maxFutureMs) {

    public CodecSettings {
        Ranges check = new Ranges("codec");
        check.durationIn(maxFutureMs, "max-future", "1s", "1d");
        check.done();
    }
}
