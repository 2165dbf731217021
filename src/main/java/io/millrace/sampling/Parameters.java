package io.millrace.sampling;

import io.millrace.event.InvalidSetting;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The settings of samplers by key, for example {@code popularity.beta}; read once, at start, with their ranges. */
public final class Parameters {

    private final Map<String, Object> values;

    /** @param values numbers, texts or booleans by key below {@code sampling.} */
    public Parameters(Map<String, ?> values) {
        this.values = Map.copyOf(values);
    }

    /** A number in [min, max]. */
    public double number(String key, double min, double max) {
        Object value = value(key);
        boolean fits = value instanceof Number n && n.doubleValue() >= min && n.doubleValue() <= max;
        InvalidSetting.require(fits, "sampling." + key, value, min + " to " + max);
        return ((Number) value).doubleValue();
    }

    /** A whole number in [min, max]. */
    public int integer(String key, int min, int max) {
        Object value = value(key);
        boolean fits = value instanceof Number n
                && n.doubleValue() == n.intValue()
                && n.intValue() >= min
                && n.intValue() <= max;
        InvalidSetting.require(fits, "sampling." + key, value, "a whole number, " + min + " to " + max);
        return ((Number) value).intValue();
    }

    /** One of the given words. */
    public String choice(String key, String... words) {
        String value = String.valueOf(value(key));
        InvalidSetting.require(
                List.of(words).contains(value), "sampling." + key, value, "one of [" + String.join(", ", words) + "]");
        return value;
    }

    /** A duration in milliseconds, already parsed by the configuration. */
    public long durationMs(String key, long min, long max) {
        Object value = value(key);
        boolean fits = value instanceof Number n && n.longValue() >= min && n.longValue() <= max;
        InvalidSetting.require(fits, "sampling." + key, value, min + " ms to " + max + " ms");
        return ((Number) value).longValue();
    }

    /** The weights below a key, for example of {@code mix}: name to number, in the order of the names. */
    public Map<String, Object> below(String key) {
        var sorted = new TreeMap<String, Object>();
        values.forEach((name, value) -> {
            if (name.startsWith(key + ".")) {
                sorted.put(name.substring(key.length() + 1), value);
            }
        });
        return sorted;
    }

    private Object value(String key) {
        Object value = values.get(key);
        if (value == null) {
            throw new InvalidSetting("sampling." + key, "nothing", "a value");
        }
        return value;
    }
}
