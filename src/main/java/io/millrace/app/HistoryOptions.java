package io.millrace.app;

import io.millrace.backtest.TopicRange;
import io.millrace.config.Configuration;
import io.millrace.event.InvalidSetting;
import io.millrace.source.NormalForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which events a backtest looks at. */
final class HistoryOptions {

    /** A file, or the topics. */
    static final class Origin {

        @Option(names = "--events", paramLabel = "FILE", required = true, description = "A file of events.")
        private @Nullable Path file;

        @Option(
                names = "--topics",
                required = true,
                description = "The configured topics, read by a consumer of its own without a group.")
        @SuppressWarnings("unused") // says that there is no file
        private boolean topics;
    }

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Events from then on: 2026-01-31T12:00:00Z, or epoch ms.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Events before then.")
    private @Nullable String to;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many events.")
    private long limit = Long.MAX_VALUE;

    @Option(
            names = "--distinct",
            description = "Drop further clicks of a user on the same item: for data where a second one says nothing.")
    private boolean distinct;

    @Option(names = "--min-value", paramLabel = "X", description = "Pass over ratings below X.")
    private double minValue = Double.NEGATIVE_INFINITY;

    @Option(
            names = "--click-delay",
            paramLabel = "MS",
            description = "Mean time to a click where the file does not say, an assumption; default 1000.")
    private long clickDelayMs = 1000;

    /** What was left out would be missing from a state that goes on live. */
    void checkComplete(InvalidSetting.Check check) {
        check.require(limit == Long.MAX_VALUE, "--limit", limit, "none with --save-state")
                .require(!distinct, "--distinct", true, "none with --save-state: live, every click counts");
    }

    History open(Origin origin, Configuration configuration) throws IOException {
        long fromMs = from == null ? Long.MIN_VALUE : time("--from", from);
        long toMs = to == null ? Long.MAX_VALUE : time("--to", to);
        Path file = origin.file;
        if (origin.topics || file == null) {
            TopicRange range = TopicRange.open(
                    configuration.kafka(),
                    configuration.topics().impressions(),
                    configuration.topics().clicks(),
                    configuration.codecFields(),
                    Math.max(-1, fromMs),
                    toMs);
            return History.of(range).filtered(Long.MIN_VALUE, Long.MAX_VALUE, distinct, limit);
        }
        InvalidSetting.require(Files.isReadable(file), "--events", file, "a file that can be read");
        History history =
                History.of(file, new NormalForm.Assumptions(clickDelayMs, minValue), configuration.codecFields());
        return history.filtered(fromMs, toMs, distinct, limit);
    }

    static long time(String option, String text) {
        try {
            return text.matches("\\d+")
                    ? Long.parseLong(text)
                    : Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new InvalidSetting(option, text, "a time such as 2026-01-31T12:00:00Z, or epoch milliseconds");
        }
    }
}
