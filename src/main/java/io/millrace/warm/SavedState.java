package io.millrace.warm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.event.InvalidSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code state.json} says of a saved state. It is written last, so a directory without it holds none.
 *
 * @param version of the layout
 * @param learners partitions of the events that users were divided over
 * @param digest of the settings it was learned with
 * @param settings by dotted key
 * @param offsets where to go on, by topic and partition as {@code topic-0}; empty when the history was a file
 * @param completeUntilMs event time before which all is learned, epoch milliseconds; for a history from a file
 * @param streamTimeMs largest event time that was learned, epoch milliseconds
 */
public record SavedState(
        int version,
        int learners,
        String digest,
        Map<String, String> settings,
        Map<String, Long> offsets,
        long completeUntilMs,
        long streamTimeMs,
        long events,
        long users,
        long items) {

    static final int VERSION = 1;

    private static final String FILE = "state.json";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    void write(Path directory) throws IOException {
        Files.writeString(directory.resolve(FILE), JSON.writeValueAsString(this) + "\n");
    }

    /** @throws InvalidSetting when there is none, or one of another layout */
    public static SavedState read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        InvalidSetting.require(
                Files.isReadable(file), "--from", directory, "a directory that backtest --save-state wrote to its end");
        @Nullable SavedState state = JSON.readValue(Files.readString(file), SavedState.class);
        InvalidSetting.require(
                state != null && state.version == VERSION,
                "--from",
                directory,
                "a state of version " + VERSION + "; save it again");
        return state;
    }

    /** The file of a store that learners have, one for each. */
    static Path file(Path directory, String store, int learner) {
        return directory.resolve(store + "-" + learner + ".rows");
    }

    static Path items(Path directory) {
        return directory.resolve("items.rows");
    }
}
