package io.millrace.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.event.EntityId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a query asks for, by name, from a query string or from the fields of a JSON body; every name must be known and
 * every value in range, or the answer says which and why.
 *
 * <p>In a query string a literal comma separates ids and {@code %2C} is part of one.
 */
final class Arguments {

    private final Map<String, List<String>> values = new TreeMap<>();

    private Arguments() {}

    static Arguments ofQuery(@Nullable String query, Set<String> known) {
        Arguments arguments = new Arguments();
        if (query == null || query.isEmpty()) {
            return arguments;
        }
        for (String part : query.split("&", -1)) {
            if (!part.isEmpty()) {
                arguments.addPart(part, known);
            }
        }
        return arguments;
    }

    static Arguments ofBody(JsonNode body, Set<String> known) {
        if (!body.isObject()) {
            throw Problem.badRequest(
                    "the body is not a JSON object", "Send an object with any of " + new TreeSet<>(known) + ".");
        }
        Arguments arguments = new Arguments();
        body.properties().forEach(field -> {
            requireKnown(field.getKey(), known, "field");
            arguments.values.put(field.getKey(), texts(field.getKey(), field.getValue()));
        });
        return arguments;
    }

    int integer(String name, int otherwise, int min, int max) {
        String text = single(name);
        if (text == null) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a value out of range.
        }
        throw invalid(name, text, min + " to " + max);
    }

    boolean flag(String name, boolean otherwise) {
        String text = choice(name, otherwise ? "true" : "false", Set.of("true", "false"));
        return text.equals("true");
    }

    String choice(String name, String otherwise, Set<String> choices) {
        String text = single(name);
        if (text == null) {
            return otherwise;
        }
        if (!choices.contains(text)) {
            throw invalid(name, text, "one of " + new TreeSet<>(choices));
        }
        return text;
    }

    /** The ids given under a name, in order; empty when the name is absent. */
    List<String> ids(String name) {
        List<String> ids = values.getOrDefault(name, List.of());
        ids.forEach(id -> requireId(name, id));
        return ids;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String id(String name) {
        String text = single(name);
        if (text == null) {
            throw Problem.badRequest(name + " is missing, expected an id", "Give " + name + ".");
        }
        return requireId(name, text);
    }

    /** @throws Problem when {@code id} is empty or too long */
    static String requireId(String name, String id) {
        int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > EntityId.MAX_BYTES) {
            throw Problem.badRequest(
                    name + " has " + bytes + " bytes, expected 1 to " + EntityId.MAX_BYTES + " bytes of UTF-8",
                    "Use the id as it is in the events.");
        }
        return id;
    }

    private @Nullable String single(String name) {
        List<String> all = values.get(name);
        if (all == null) {
            return null;
        }
        if (all.size() != 1) {
            throw invalid(name, all.toString(), "one value");
        }
        return all.get(0);
    }

    private void addPart(String part, Set<String> known) {
        int equals = part.indexOf('=');
        String name = Percent.decode(equals < 0 ? part : part.substring(0, equals));
        requireKnown(name, known, "query parameter");
        List<String> into = values.computeIfAbsent(name, absent -> new ArrayList<>());
        String text = equals < 0 ? "" : part.substring(equals + 1);
        for (String value : text.split(",", -1)) {
            if (!value.isEmpty() || text.isEmpty()) {
                into.add(Percent.decode(value));
            }
        }
    }

    private static List<String> texts(String name, JsonNode value) {
        if (value.isArray()) {
            List<String> texts = new ArrayList<>(value.size());
            value.forEach(element -> texts.add(text(name, element, element.isTextual())));
            return texts;
        }
        return List.of(text(name, value, value.isTextual() || value.isBoolean() || value.isIntegralNumber()));
    }

    private static String text(String name, JsonNode value, boolean fits) {
        if (!fits) {
            throw invalid(
                    name,
                    value.getNodeType().toString().toLowerCase(Locale.ROOT),
                    "a string, an integer, true or false, or a list of strings");
        }
        return value.asText();
    }

    private static void requireKnown(String name, Set<String> known, String kind) {
        if (!known.contains(name)) {
            throw Problem.badRequest(
                    "unknown " + kind + " \"" + name + "\"",
                    known.isEmpty()
                            ? "Send no " + kind + " here."
                            : "Known here: " + String.join(", ", new TreeSet<>(known)) + ".");
        }
    }

    private static Problem invalid(String name, String value, String expected) {
        return Problem.badRequest(
                name + " = " + value + ", expected " + expected, "Give " + name + " as " + expected + ".");
    }
}
