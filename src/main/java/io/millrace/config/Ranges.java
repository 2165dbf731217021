package io.millrace.config;

import io.millrace.event.InvalidSetting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the values of one section, and says at the end all that is wrong with them. */
final class Ranges {

    private final InvalidSetting.Check check = new InvalidSetting.Check();
    private final String section;

    Ranges(String section) {
        this.section = section;
    }

    void that(boolean holds, String key, Object value, String expected) {
        check.require(holds, section + "." + key, value, expected);
    }

    void in(long value, String key, long min, long max) {
        that(value >= min && value <= max, key, value, min + " to " + max);
    }

    void in(double value, String key, double min, double max) {
        that(value >= min && value <= max, key, value, min + " to " + max);
    }

    void oneOf(String value, String key, List<String> words) {
        that(words.contains(value), key, Yaml.show(value), "one of " + words);
    }

    void durationIn(long valueMs, String key, String min, String max) {
        quantityIn(Kind.DURATION, valueMs, "ms", key, min, max);
    }

    void sizeIn(long valueBytes, String key, String min, String max) {
        quantityIn(Kind.SIZE, valueBytes, "B", key, min, max);
    }

    private void quantityIn(Kind kind, long value, String unit, String key, String min, String max) {
        boolean fits = value >= amount(kind.parse(min)) && value <= amount(kind.parse(max));
        that(fits, key, value + unit, min + " to " + max);
    }

    private static long amount(@Nullable Object parsed) {
        if (parsed instanceof Long amount) {
            return amount;
        }
        throw new IllegalArgumentException("a bound that is no quantity");
    }

    void done() {
        check.done();
    }
}
