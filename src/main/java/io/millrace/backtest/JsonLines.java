package io.millrace.backtest;

import io.millrace.codec.EventCodec;
import io.millrace.codec.EventTopic;
import io.millrace.codec.RecordOrigin;
import io.millrace.codec.Refused;
import io.millrace.event.Event;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Events of the topics' own schema, one JSON object a line, in the order in which they arrived. Clicks and dislikes say
 * their {@code type}; a line without one is an impression. Lines that cannot be events are passed over and counted, as
 * the topology puts them aside.
 */
public final class JsonLines implements Iterator<Event>, Closeable {

    private final BufferedReader lines;
    private final EventCodec codec;
    private final ArrayDeque<Event> ahead = new ArrayDeque<>();
    private long number;
    private long refused;
    private @Nullable String firstRefusal;

    /** @param fieldNames the sender's names of fields, where they differ */
    public JsonLines(BufferedReader lines, Map<String, String> fieldNames) {
        this.lines = lines;
        codec = new EventCodec(fieldNames, false);
    }

    @Override
    public boolean hasNext() {
        while (ahead.isEmpty()) {
            String line = readLine();
            if (line == null) {
                return false;
            }
            number++;
            if (!line.isBlank()) {
                decode(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return true;
    }

    private @Nullable String readLine() {
        try {
            return lines.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException("after line " + number, e);
        }
    }

    private void decode(byte[] value) {
        List<Event> events = new ArrayList<>();
        RecordOrigin origin = new RecordOrigin("line", 0, number);
        try {
            codec.decode(EventTopic.IMPRESSIONS, origin, null, value, Long.MAX_VALUE, events);
        } catch (Refused notShown) {
            try {
                codec.decode(EventTopic.CLICKS, origin, null, value, Long.MAX_VALUE, events);
            } catch (Refused refusal) {
                refuse(refusal);
            }
        }
        ahead.addAll(events);
    }

    private void refuse(Refused refusal) {
        refused++;
        if (firstRefusal == null) {
            firstRefusal = "line " + number + ": " + refusal.detail();
        }
    }

    @Override
    public Event next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the file ended after " + number + " lines");
        }
        return ahead.removeFirst();
    }

    /** Lines that could not be events. */
    public long refused() {
        return refused;
    }

    /** Where and why, for the first of them. */
    public @Nullable String firstRefusal() {
        return firstRefusal;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
