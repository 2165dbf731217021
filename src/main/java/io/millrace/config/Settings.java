package io.millrace.config;

import io.millrace.event.InvalidSetting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Values by dotted key: the reference, overlaid. A value that cannot be used is noted and its default kept, so that
 * everything else can be checked too.
 */
final class Settings {

    private final Reference reference;
    private final Environment environment;
    private final Map<String, Object> given = new LinkedHashMap<>();
    private final Map<String, Object> written = new LinkedHashMap<>();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<String> read = new LinkedHashSet<>();

    Settings(Reference reference, Environment environment) {
        this.reference = reference;
        this.environment = environment;
        reference.defaults().forEach(this::put);
    }

    /** Puts these values over those before. A section with nothing below it changes nothing. */
    void overlay(Map<String, ?> layer) {
        dropReplacedMaps(layer.keySet());
        layer.forEach((key, value) -> {
            if (reference.kind(key) != null) {
                put(key, value);
            } else if (!value.toString().isEmpty() || !reference.isMap(key)) {
                problem(key, value, reference.expectedInsteadOf(key));
            }
        });
    }

    private void dropReplacedMaps(Set<String> keys) {
        Set<String> replaced = new HashSet<>();
        for (String key : keys) {
            String open = reference.openMap(key);
            if (open != null && reference.isWhole(open)) {
                replaced.add(open);
            }
        }
        for (String map : replaced) {
            given.keySet().removeIf(key -> key.startsWith(map + "."));
            written.keySet().removeIf(key -> key.startsWith(map + "."));
            values.keySet().removeIf(key -> key.startsWith(map + "."));
        }
    }

    private void put(String key, Object value) {
        try {
            Kind kind = kind(key);
            String text = environment.substitute(key, value.toString()).strip();
            Object parsed = value instanceof List<?> == (kind == Kind.INTEGERS) || value instanceof String
                    ? kind.parse(text)
                    : null;
            InvalidSetting.require(parsed != null, key, Secrets.shown(key, Yaml.show(value)), kind.expected());
            values.put(key, parsed);
            written.put(key, kind == Kind.DURATION || kind == Kind.SIZE ? text : parsed);
            given.put(key, Environment.isVariable(value.toString()) ? value.toString() : written.get(key));
        } catch (InvalidSetting e) {
            problems.addAll(e.problems());
        }
    }

    private void problem(String key, Object value, String expected) {
        problems.addAll(new InvalidSetting(key, Secrets.shown(key, Yaml.show(value)), expected).problems());
    }

    List<String> problems() {
        return problems;
    }

    /** The kind of a known key. */
    Kind kind(String key) {
        Kind kind = reference.kind(key);
        if (kind == null) {
            throw new IllegalArgumentException(key + " is not in reference.yaml");
        }
        return kind;
    }

    /** Durations in milliseconds, sizes in bytes, whole numbers as {@code Long}, others as {@code Double}. */
    Object value(String key) {
        Object value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException(key + " is not in reference.yaml");
        }
        read.add(key);
        return value;
    }

    /** The values below a section, by the rest of their keys. */
    Map<String, Object> below(String section) {
        var below = new LinkedHashMap<String, Object>();
        for (String key : values.keySet()) {
            if (key.startsWith(section + ".")) {
                below.put(key.substring(section.length() + 1), value(key));
            }
        }
        return below;
    }

    /** Keys that nothing has asked for: dead ones, once all is read. */
    Set<String> unread() {
        Set<String> unread = new LinkedHashSet<>(values.keySet());
        unread.removeAll(read);
        return unread;
    }

    /** All values by key, durations and sizes as they were written. */
    Map<String, Object> written() {
        return written;
    }

    /** All values by key, as {@link #written}, with the names of environment variables where those were given. */
    Map<String, Object> given() {
        return given;
    }

    /** All values by key, in base units. */
    Map<String, Object> values() {
        return values;
    }
}
