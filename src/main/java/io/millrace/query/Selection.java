package io.millrace.query;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which items may be in an answer.
 *
 * @param allowed only these; null for all
 * @param denied none of these
 */
record Selection(@Nullable Set<String> allowed, Set<String> denied) {

    static final Selection ALL = new Selection(null, Set.of());

    static Selection of(@Nullable List<String> allowed, List<String> denied, List<String> seen) {
        Set<String> refused = new HashSet<>(denied);
        refused.addAll(seen);
        return new Selection(allowed == null ? null : new HashSet<>(allowed), refused);
    }

    static Selection allBut(String item) {
        return new Selection(null, Set.of(item));
    }

    boolean holds(String item) {
        return (allowed == null || allowed.contains(item)) && !denied.contains(item);
    }
}
