package io.millrace.config;

import io.millrace.event.InvalidSetting;
import io.millrace.sampling.Samplers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a {@link SearchSpace} and collects all that is wrong with it. */
final class SearchSpaceReader {

    /** Sections of keys that change what is learned or ranked, and not how that is measured. */
    private static final Set<String> SECTIONS = Set.of(
            "attribution",
            "actions",
            "history",
            "popularity",
            "sampling",
            "learning",
            "positives",
            "calibration",
            "items",
            "ranking",
            "blend",
            "co-occurrence");

    private static final List<String> PARTS = List.of(".from", ".to", ".scale");

    private final Path file;
    private final Map<String, String> overrides;
    private final Map<String, Object> flat;
    private final Map<String, Choices> choices = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private @Nullable String preset;
    private @Nullable Path config;
    private @Nullable String score;

    SearchSpaceReader(Path file, Map<String, String> overrides) {
        this.file = file;
        this.overrides = overrides;
        flat = Yaml.read(file);
    }

    @Nullable
    String preset() {
        return preset;
    }

    @Nullable
    Path config() {
        return config;
    }

    @Nullable
    String score() {
        return score;
    }

    Map<String, Choices> choices() {
        return choices;
    }

    /** The base, when nothing is wrong. */
    Configuration read() {
        Map<String, Map<String, Object>> keys = new LinkedHashMap<>();
        flat.forEach((key, value) -> {
            if (key.startsWith("keys.")) {
                gather(key.substring("keys.".length()), value, keys);
            } else {
                head(key, value);
            }
        });
        if (keys.isEmpty()) {
            problem("keys", "nothing", "at least one key with what it may be");
        }
        keys.forEach(this::key);
        Configuration base = base();
        choices.values().forEach(choice -> check(choice, base != null));
        if (base == null || !problems.isEmpty()) {
            throw new InvalidSetting(problems.stream().distinct().toList());
        }
        return base;
    }

    private void head(String key, Object value) {
        String text = value.toString();
        switch (key) {
            case "preset" -> preset = text;
            case "config" -> config = file.resolveSibling(text);
            case "score" -> score = text;
            case "keys" -> {}
            default -> problem(key, Yaml.show(value), "preset, config, score or keys");
        }
    }

    /** A range comes as its parts, everything else whole. */
    private void gather(String key, Object value, Map<String, Map<String, Object>> keys) {
        for (String part : PARTS) {
            String bare = key.substring(0, Math.max(0, key.length() - part.length()));
            if (key.endsWith(part) && Reference.get().kind(key) == null) {
                keys.computeIfAbsent(bare, absent -> new TreeMap<>()).put(part, value);
                return;
            }
        }
        keys.computeIfAbsent(key, absent -> new TreeMap<>()).put("", value);
    }

    private void key(String key, Map<String, Object> parts) {
        Kind kind = Reference.get().kind(key);
        if (kind == null) {
            problem(key, shown(parts), Reference.get().expectedInsteadOf(key));
        } else if (!isSearched(key)) {
            problem(key, shown(parts), "a key that changes what is learned or ranked, and stands by itself");
        } else if (overrides.containsKey(key)) {
            problem(key, shown(parts), "a key that --set leaves open");
        } else if (parts.get("") instanceof List<?> list) {
            list(key, kind, list);
        } else if (parts.containsKey("")) {
            problem(key, shown(parts), "a list of values, or {from: , to: }");
        } else {
            range(key, kind, parts);
        }
    }

    private static boolean isSearched(String key) {
        String open = Reference.get().openMap(key);
        boolean hangsTogether = open != null && Reference.get().isWhole(open);
        return SECTIONS.contains(key.replaceFirst("\\..*", "")) && !hangsTogether;
    }

    private static Object shown(Map<String, Object> parts) {
        Object whole = parts.get("");
        return whole != null ? Yaml.show(whole) : parts;
    }

    private void list(String key, Kind kind, List<?> list) {
        List<String> values = list.stream().map(String::valueOf).toList();
        if (values.isEmpty()) {
            problem(key, "[]", "at least one value");
        }
        for (String value : values) {
            if (kind.parse(value) == null) {
                problem(key, Yaml.show(value), kind.expected());
                return;
            }
        }
        if (!values.isEmpty()) {
            choices.put(
                    key,
                    isNumber(kind) ? new Choices.Numbers(key, kind, values) : new Choices.Words(key, kind, values));
        }
    }

    private static boolean isNumber(Kind kind) {
        return switch (kind) {
            case INTEGER, DECIMAL, DURATION, SIZE -> true;
            default -> false;
        };
    }

    private void range(String key, Kind kind, Map<String, Object> parts) {
        String from = String.valueOf(parts.getOrDefault(".from", ""));
        String to = String.valueOf(parts.getOrDefault(".to", ""));
        String scale = String.valueOf(parts.getOrDefault(".scale", "linear"));
        int before = problems.size();
        if (!isNumber(kind)) {
            problem(key, parts, "a list: only numbers, durations and sizes have a range");
            return;
        }
        if (kind.parse(from) == null) {
            problem(key + ".from", Yaml.show(from), kind.expected());
        }
        if (kind.parse(to) == null) {
            problem(key + ".to", Yaml.show(to), kind.expected());
        }
        if (!scale.equals("log") && !scale.equals("linear")) {
            problem(key + ".scale", Yaml.show(scale), "log or linear");
        }
        if (problems.size() == before) {
            ordered(key, kind, from, to, scale.equals("log"));
        }
    }

    private void ordered(String key, Kind kind, String from, String to, boolean isLog) {
        double low = Choices.number(kind, from);
        if (!(low < Choices.number(kind, to))) {
            problem(key + ".to", to, "more than from = " + from);
        } else if (isLog && low <= 0) {
            problem(key + ".from", from, "above 0, since scale is log");
        } else {
            choices.put(key, new Choices.Range(key, kind, from, to, isLog));
        }
    }

    private @Nullable Configuration base() {
        try {
            return Configuration.load(preset, config, overrides, Map.of());
        } catch (InvalidSetting e) {
            problems.addAll(e.problems());
            return null;
        }
    }

    /** Only what is said of the key itself: what depends on others may be right with others. */
    private void check(Choices choice, boolean isBaseRight) {
        for (String value : choice.checked()) {
            Map<String, String> all = new LinkedHashMap<>(overrides);
            all.putAll(owner(choice.key));
            all.put(choice.key, value);
            try {
                Configuration.load(isBaseRight ? preset : null, isBaseRight ? config : null, all, Map.of());
            } catch (InvalidSetting e) {
                e.problems().stream()
                        .filter(problem -> problem.startsWith(choice.key + " = "))
                        .forEach(problems::add);
            }
        }
    }

    /** A sampler's keys are looked at where the sampler is used. */
    private static Map<String, String> owner(String key) {
        List<String> path = Reference.get().path(key);
        boolean isSamplers = path.size() == 3 && path.get(0).equals("sampling");
        return isSamplers && Samplers.names().contains(path.get(1))
                ? Map.of("sampling.sampler", path.get(1))
                : Map.of();
    }

    private void problem(String key, Object value, String expected) {
        problems.addAll(new InvalidSetting(key, value, expected).problems());
    }
}
