package io.millrace.backtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A configuration that a search tries, and how it did on growing beginnings of the stream. */
public final class Trial {

    /** Where a configuration comes from. */
    public enum Origin {
        BASE,
        DRAWN,
        /** One step from the best of the others. */
        NEIGHBOUR
    }

    /** The score of the first {@code events} events. */
    public record Seen(long events, Objective.Score score) {}

    private final int number;
    private final Origin origin;
    private final Map<String, String> values;
    private final RunConfig config;
    private final List<Seen> seen = new ArrayList<>();

    Trial(int number, Origin origin, Map<String, String> values, RunConfig config) {
        this.number = number;
        this.origin = origin;
        this.values = new TreeMap<>(values);
        this.config = config;
    }

    /** By order of trying; 0 is the base. */
    public int number() {
        return number;
    }

    public Origin origin() {
        return origin;
    }

    /** What it sets the searched keys to. */
    public Map<String, String> values() {
        return values;
    }

    public RunConfig config() {
        return config;
    }

    /** Its scores, the longest beginning last. */
    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** The score over the longest beginning that it was tried on. */
    public Seen last() {
        return seen.get(seen.size() - 1);
    }

    /** The mean over a beginning that it was tried on; NaN when it was not. */
    public double mean(long events) {
        return seen.stream()
                .filter(score -> score.events() == events)
                .mapToDouble(score -> score.score().mean())
                .findFirst()
                .orElse(Double.NaN);
    }

    /** Takes a score; one that is known is not taken again. */
    void saw(long events, Objective.Score score) {
        if (seen.isEmpty() || events > last().events()) {
            seen.add(new Seen(events, score));
        }
    }
}
