package io.millrace.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code reference.yaml}: every key with its default, in the order of the file. A few maps are open: below them a file
 * may use names of its own.
 */
final class Reference {

    /** Open maps, with the kind of their values. */
    private static final Map<String, Kind> OPEN = new TreeMap<>(Map.of(
            "kafka", Kind.TEXT,
            "codec.fields", Kind.TEXT,
            "actions", Kind.DECIMAL,
            "sampling.mix", Kind.DECIMAL));

    /** Open maps whose entries belong together: a file that names one replaces them all. */
    private static final Set<String> WHOLE = Set.of("sampling.mix");

    private static final Reference REFERENCE = load();

    private final String text;
    private final Map<String, Object> defaults;

    private Reference(String text) {
        this.text = text;
        defaults = Collections.unmodifiableMap(Yaml.flat(text, "reference.yaml"));
    }

    /** The reference of this build. */
    static Reference get() {
        return REFERENCE;
    }

    private static Reference load() {
        try (InputStream in = Reference.class.getResourceAsStream("/reference.yaml")) {
            if (in == null) {
                throw new IllegalStateException("reference.yaml is not in this build");
            }
            return new Reference(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text() {
        return text;
    }

    Map<String, Object> defaults() {
        return defaults;
    }

    /** The kind of a key, or null when it is not known. */
    @Nullable
    Kind kind(String key) {
        String open = openMap(key);
        if (open != null) {
            return OPEN.get(open);
        }
        Object value = defaults.get(key);
        return value == null ? null : Kind.of(value);
    }

    /** The open map that a key lies in, or null. */
    @Nullable
    String openMap(String key) {
        for (String map : OPEN.keySet()) {
            if (key.startsWith(map + ".") && key.length() > map.length() + 1) {
                return map;
            }
        }
        return null;
    }

    /** True when the entries of this open map are replaced together. */
    boolean isWhole(String openMap) {
        return WHOLE.contains(openMap);
    }

    /** What an error says would be right in place of an unknown key. */
    String expectedInsteadOf(String key) {
        if (isMap(key)) {
            return "a map of keys to values";
        }
        return "a known key"
                + Spelling.closest(key, candidates())
                        .map(known -> ", did you mean " + known + "?")
                        .orElse("; config --reference lists them");
    }

    /** True for a section, such as {@code learning}. */
    boolean isMap(String key) {
        return OPEN.containsKey(key) || defaults.keySet().stream().anyMatch(known -> known.startsWith(key + "."));
    }

    private Collection<String> candidates() {
        List<String> all = new ArrayList<>(defaults.keySet());
        all.addAll(OPEN.keySet());
        return all;
    }

    /** A key as the path of a nested map: the names in an open map keep their dots. */
    List<String> path(String key) {
        String open = openMap(key);
        if (open == null) {
            return List.of(key.split("\\."));
        }
        List<String> path = new ArrayList<>(List.of(open.split("\\.")));
        path.add(key.substring(open.length() + 1));
        return path;
    }
}
