package io.millrace.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a value may be. A key's kind is that of its default in the reference: {@code 30m} makes a duration of it, {@code
 * 1.0} a decimal number, {@code 1} a whole one.
 */
enum Kind {
    DURATION("a duration such as 500ms, 10s, 30m, 2h or 7d") {
        @Override
        @Nullable
        Object parse(String text) {
            return quantity(text, DURATIONS);
        }
    },
    SIZE("a size such as 512KB, 256MB or 2GB") {
        @Override
        @Nullable
        Object parse(String text) {
            return quantity(text, SIZES);
        }
    },
    INTEGER("a whole number") {
        @Override
        @Nullable
        Object parse(String text) {
            return whole(text);
        }
    },
    DECIMAL("a number") {
        @Override
        @Nullable
        Object parse(String text) {
            return NUMBER.matcher(text).matches() ? Double.valueOf(text) : null;
        }
    },
    FLAG("true or false") {
        @Override
        @Nullable
        Object parse(String text) {
            return text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : null;
        }
    },
    INTEGERS("whole numbers such as [10, 20]") {
        @Override
        @Nullable
        Object parse(String text) {
            return wholes(text);
        }
    },
    TEXT("a text") {
        @Override
        Object parse(String text) {
            return text;
        }
    };

    private static final Map<String, Long> DURATIONS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private static final Map<String, Long> SIZES =
            Map.of("B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30, "TB", 1L << 40);

    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([a-zA-Z]+)");

    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,3})?");

    private static final Pattern WHOLE = Pattern.compile("[-+]?\\d[\\d_]*");

    private final String expected;

    Kind(String expected) {
        this.expected = expected;
    }

    /** The value of a text, durations in milliseconds and sizes in bytes; null when it is not of this kind. */
    abstract @Nullable Object parse(String text);

    /** What an error says would be right. */
    String expected() {
        return expected;
    }

    /** The kind of a default value, as YAML gives it. */
    static Kind of(Object value) {
        if (value instanceof Boolean) {
            return FLAG;
        }
        if (value instanceof List<?>) {
            return INTEGERS;
        }
        if (value instanceof Number) {
            return value instanceof Double ? DECIMAL : INTEGER;
        }
        String text = (String) value;
        if (DURATION.parse(text) != null) {
            return DURATION;
        }
        return SIZE.parse(text) != null ? SIZE : TEXT;
    }

    private static @Nullable Long quantity(String text, Map<String, Long> units) {
        Matcher matcher = QUANTITY.matcher(text);
        Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
        if (unit == null) {
            return null;
        }
        BigDecimal exact = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        return fits(exact) ? exact.longValue() : null;
    }

    private static boolean fits(BigDecimal value) {
        return value.stripTrailingZeros().scale() <= 0 && value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
    }

    private static @Nullable Long whole(String text) {
        try {
            return WHOLE.matcher(text).matches() ? Long.valueOf(text.replace("_", "")) : null;
        } catch (NumberFormatException tooLarge) {
            return null;
        }
    }

    private static @Nullable List<Long> wholes(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        List<Long> all = new ArrayList<>();
        for (String element : bare.split(",", -1)) {
            Long value = whole(element.strip());
            if (value == null) {
                return null;
            }
            all.add(value);
        }
        return List.copyOf(all);
    }
}
