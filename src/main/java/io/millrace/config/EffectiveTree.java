package io.millrace.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values by dotted key as nested maps, in the order of the reference, with secrets hidden. */
final class EffectiveTree {

    private final Reference reference;
    private final Map<String, Object> root = new LinkedHashMap<>();

    private EffectiveTree(Reference reference) {
        this.reference = reference;
    }

    static Map<String, Object> of(Reference reference, Map<String, Object> values) {
        EffectiveTree tree = new EffectiveTree(reference);
        reference.defaults().forEach(tree::reserve);
        values.forEach(tree::put);
        return tree.root;
    }

    /** Keeps the place of a key that may come later or, when its map was replaced, not at all. */
    private void reserve(String key, Object value) {
        List<String> path = reference.path(key);
        if (path.size() == 1) {
            root.put(key, value);
        } else {
            mapOf(path);
        }
    }

    private void put(String key, Object value) {
        List<String> path = reference.path(key);
        mapOf(path).put(path.get(path.size() - 1), Secrets.shown(key, value));
    }

    @SuppressWarnings("unchecked") // maps are only ever put by this method
    private Map<String, Object> mapOf(List<String> path) {
        Map<String, Object> at = root;
        for (String name : path.subList(0, path.size() - 1)) {
            at = (Map<String, Object>) at.computeIfAbsent(name, absent -> new LinkedHashMap<String, Object>());
        }
        return at;
    }
}
