package io.millrace.sampling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The defaults of {@code reference.yaml}, with changes. */
final class ReferenceParameters {

    private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h|d)");
    private static final Map<String, Long> UNIT_MS =
            Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Object> DEFAULTS = read();

    private ReferenceParameters() {}

    static Parameters with(Object... keysAndValues) {
        Map<String, Object> values = new HashMap<>(DEFAULTS);
        for (int k = 0; k < keysAndValues.length; k += 2) {
            values.put((String) keysAndValues[k], keysAndValues[k + 1]);
        }
        return new Parameters(values);
    }

    /** As {@link #with}, with shares that replace those of the default mix. */
    static Parameters mixOf(Map<String, Double> shares, Object... keysAndValues) {
        Map<String, Object> values = new HashMap<>(DEFAULTS);
        values.keySet().removeIf(key -> key.startsWith("mix."));
        shares.forEach((name, share) -> values.put("mix." + name, share));
        for (int k = 0; k < keysAndValues.length; k += 2) {
            values.put((String) keysAndValues[k], keysAndValues[k + 1]);
        }
        return new Parameters(values);
    }

    private static Map<String, Object> read() {
        try (InputStream in = ReferenceParameters.class.getResourceAsStream("/reference.yaml")) {
            Map<String, Object> values = new HashMap<>();
            flatten("", new YAMLMapper().readTree(in).get("sampling"), values);
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flatten(String prefix, JsonNode node, Map<String, Object> into) {
        node.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            String key = prefix + entry.getKey();
            if (value.isObject()) {
                flatten(key + ".", value, into);
            } else if (value.isNumber()) {
                into.put(key, value.numberValue());
            } else {
                Matcher duration = DURATION.matcher(value.asText());
                into.put(key, value.isBoolean() ? (Object) value.asBoolean() : durationOrText(duration, value));
            }
        });
    }

    private static Object durationOrText(Matcher duration, JsonNode value) {
        return duration.matches()
                ? (Object) (Long.parseLong(duration.group(1)) * UNIT_MS.get(duration.group(2)))
                : value.asText();
    }
}
