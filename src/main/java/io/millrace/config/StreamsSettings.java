package io.millrace.config;

import java.util.List;

/**
 * How the stream is run.
 *
 * @param threads stream threads of this instance; 1 to 64
 * @param standbys warm copies of each partition's state on other instances; 0 to 5
 * @param guarantee {@code exactly_once_v2} or {@code at_least_once}
 * @param commitIntervalMs time between commits, milliseconds; 10 to 60,000
 * @param sessionTimeoutMs silence after which an instance is taken for dead, milliseconds; 6,000 to 1,800,000
 * @param maxTaskIdleMs wait for the slower of two topics, milliseconds; 0 to 3,600,000
 */
public record StreamsSettings(
        int threads, int standbys, String guarantee, long commitIntervalMs, long sessionTimeoutMs, long maxTaskIdleMs) {

    private static final List<String> GUARANTEES = List.of("exactly_once_v2", "at_least_once");

    public StreamsSettings {
        Ranges check = new Ranges("streams");
        check.in(threads, "threads", 1, 64);
        check.in(standbys, "standbys", 0, 5);
        check.oneOf(guarantee, "guarantee", GUARANTEES);
        check.durationIn(commitIntervalMs, "commit-interval", "10ms", "1m");
        check.durationIn(sessionTimeoutMs, "session-timeout", "6s", "30m");
        check.durationIn(maxTaskIdleMs, "max-task-idle", "0ms", "1h");
        check.done();
    }

    public boolean isExactlyOnce() {
        return guarantee.equals("exactly_once_v2");
    }
}
