package io.millrace.config;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The settings that differ from the reference, as nested maps in its order. */
final class Differences {

    private final Reference reference;
    private final Settings settings;
    private final Map<String, Object> defaults;

    private Differences(Reference reference, Settings settings) {
        this.reference = reference;
        this.settings = settings;
        defaults = new Settings(reference, new Environment(Map.of())).values();
    }

    static Map<String, Object> of(Reference reference, Settings settings) {
        Differences differences = new Differences(reference, settings);
        Map<String, Object> root = new LinkedHashMap<>();
        for (String key : differences.keys()) {
            put(root, reference.path(key), settings.given().getOrDefault(key, ""));
        }
        return root;
    }

    private Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>(defaults.keySet());
        keys.addAll(settings.values().keySet());
        keys.removeIf(key -> !settings.values().containsKey(key) || !differs(key));
        return keys;
    }

    /** Entries that are replaced together differ together. */
    private boolean differs(String key) {
        String open = reference.openMap(key);
        if (open != null && reference.isWhole(open)) {
            return !below(open, settings.values()).equals(below(open, defaults));
        }
        return !Objects.equals(settings.values().get(key), defaults.get(key));
    }

    private static Map<String, Object> below(String map, Map<String, Object> values) {
        Map<String, Object> below = new LinkedHashMap<>(values);
        below.keySet().removeIf(key -> !key.startsWith(map + "."));
        return below;
    }

    @SuppressWarnings("unchecked") // maps are only ever put by this method
    private static void put(Map<String, Object> root, List<String> path, Object value) {
        Map<String, Object> at = root;
        for (String name : path.subList(0, path.size() - 1)) {
            at = (Map<String, Object>) at.computeIfAbsent(name, absent -> new LinkedHashMap<String, Object>());
        }
        at.put(path.get(path.size() - 1), value);
    }
}
