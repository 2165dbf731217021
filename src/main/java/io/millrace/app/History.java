package io.millrace.app;

import io.millrace.backtest.JsonLines;
import io.millrace.backtest.TopicRange;
import io.millrace.event.Click;
import io.millrace.event.Event;
import io.millrace.event.Hash;
import io.millrace.event.LongIndex;
import io.millrace.source.FileBytes;
import io.millrace.source.NormalForm;
import io.millrace.source.RawForms;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The events of a backtest, filtered, with what the report says of them. */
final class History implements Iterator<Event>, Closeable {

    /** The same events from the start. */
    private interface Again {
        History open() throws IOException;
    }

    private final String name;
    private final Iterator<? extends Event> events;
    private final Closeable source;
    private final LongSupplier refused;
    private final DoubleSupplier share;
    private final Again again;
    private final @Nullable TopicRange range;
    private final Map<String, Object> assumptions = new LinkedHashMap<>();
    private final LongIndex pairs = new LongIndex();
    private long fromMs = Long.MIN_VALUE;
    private long toMs = Long.MAX_VALUE;
    private long limit = Long.MAX_VALUE;
    private boolean distinct;
    private @Nullable Event next;
    private long taken;
    private long repeats;
    private long outside;
    private long firstMs = Long.MAX_VALUE;
    private long lastMs = Long.MIN_VALUE;

    private History(
            String name,
            Iterator<? extends Event> events,
            Closeable source,
            LongSupplier refused,
            DoubleSupplier share,
            Again again,
            @Nullable TopicRange range) {
        this.name = name;
        this.events = events;
        this.source = source;
        this.refused = refused;
        this.share = share;
        this.again = again;
        this.range = range;
    }

    static History of(TopicRange range) {
        return new History(
                "topics",
                range,
                range,
                range::refused,
                range::share,
                () -> {
                    range.rewind();
                    return of(range);
                },
                range);
    }

    static History of(Path file, NormalForm.Assumptions assumptions, Map<String, String> fieldNames)
            throws IOException {
        String name = String.valueOf(file.getFileName());
        Again again = () -> of(file, assumptions, fieldNames);
        if (isJson(file)) {
            FileBytes bytes = new FileBytes(file);
            JsonLines lines = new JsonLines(bytes.reader(), fieldNames);
            return new History(name, lines, lines, lines::refused, bytes::share, again, null);
        }
        NormalForm form = RawForms.open(file, assumptions);
        History history = new History(name, form, form, form::passedOver, form::share, again, null);
        if (form.hasImpressions()) {
            history.assumptions.put("clickDelayMs", assumptions.clickDelayMs());
        }
        return history;
    }

    private static boolean isJson(Path file) throws IOException {
        try (BufferedReader reader = new FileBytes(file).reader()) {
            return reader.read() == '{';
        }
    }

    History filtered(long fromMs, long toMs, boolean distinct, long limit) {
        this.fromMs = fromMs;
        this.toMs = toMs;
        this.distinct = distinct;
        this.limit = limit;
        return this;
    }

    /** The same events from the start, in place of this, which is not to be used any more. */
    History again() throws IOException {
        History anew = again.open();
        if (anew.source != source) {
            source.close();
        }
        return anew.filtered(fromMs, toMs, distinct, limit);
    }

    @Override
    public boolean hasNext() {
        while (next == null && taken < limit && events.hasNext()) {
            Event event = events.next();
            if (isWanted(event)) {
                next = event;
            }
        }
        return next != null;
    }

    private boolean isWanted(Event event) {
        if (event.atMs() < fromMs || event.atMs() >= toMs) {
            outside++;
            return false;
        }
        if (distinct && event instanceof Click) {
            long pair = Hash.pair(event.user().hash(), event.item().hash());
            if (pairs.get(pair) >= 0) {
                repeats++;
                return false;
            }
            pairs.put(pair, 0);
        }
        return true;
    }

    @Override
    public Event next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        Event event = next;
        next = null;
        taken++;
        firstMs = Math.min(firstMs, event.atMs());
        lastMs = Math.max(lastMs, event.atMs());
        return event;
    }

    String name() {
        return name;
    }

    /** How much of it is read, 0 to 1. */
    double share() {
        return share.getAsDouble();
    }

    /** Offsets at which it ends, as {@code topic-0}; empty for a file. */
    Map<String, Long> ends() {
        Map<String, Long> ends = new TreeMap<>();
        if (range != null) {
            range.ends().forEach((partition, end) -> ends.put(partition.toString(), end));
        }
        return ends;
    }

    /** Partitions of its topics; 0 for a file. */
    int partitions() {
        return range == null
                ? 0
                : 1
                        + range.ends().keySet().stream()
                                .mapToInt(TopicPartition::partition)
                                .max()
                                .orElse(-1);
    }

    /** Event time before which nothing is missing, of a history that was read to its end. */
    long completeUntilMs() {
        return toMs != Long.MAX_VALUE ? toMs : lastMs + 1;
    }

    /** What the report says of it. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", name);
        facts.put("events", taken);
        facts.put("firstMs", taken == 0 ? 0 : firstMs);
        facts.put("lastMs", taken == 0 ? 0 : lastMs);
        facts.put("distinct", distinct);
        facts.put("repeatsDropped", repeats);
        facts.put("outsideTheRange", outside);
        facts.put("refused", refused.getAsLong());
        facts.put("assumptions", assumptions);
        return facts;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
