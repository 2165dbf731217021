package io.millrace.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.millrace.event.InvalidSetting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** YAML text to values by dotted key, in the order of the text, and back. */
final class Yaml {

    private static final ObjectMapper MAPPER = new ObjectMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build());

    private Yaml() {}

    /**
     * The values of a file: texts, numbers, booleans and lists.
     *
     * @throws InvalidSetting when it cannot be read or is not a YAML map
     */
    static Map<String, Object> read(Path file) {
        try {
            return flat(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new InvalidSetting("config", file, "a file that exists");
        } catch (MalformedInputException e) {
            throw new InvalidSetting("config", file, "a text in UTF-8");
        } catch (IOException e) {
            throw new InvalidSetting("config", file, "a file that can be read (" + e + ")");
        }
    }

    /** @param name of the text, for errors */
    static Map<String, Object> flat(String text, String name) {
        var values = new LinkedHashMap<String, Object>();
        flatten("", tree(text, name), values);
        return values;
    }

    private static Map<?, ?> tree(String text, String name) {
        if (text.lines().allMatch(line -> line.isBlank() || line.startsWith("#"))) {
            return Map.of();
        }
        try {
            Object tree = MAPPER.readValue(text, Object.class);
            if (tree instanceof Map<?, ?> map) {
                return map;
            }
            throw new InvalidSetting("config", name, "a map of keys to values");
        } catch (JsonProcessingException e) {
            throw new InvalidSetting("config", name, "YAML" + where(e));
        }
    }

    private static String where(JsonProcessingException e) {
        String first = e.getOriginalMessage().lines().findFirst().orElse("");
        return e.getLocation() == null
                ? "; " + first
                : "; line " + e.getLocation().getLineNr() + ": " + first;
    }

    private static void flatten(String prefix, Map<?, ?> map, Map<String, Object> into) {
        map.forEach((name, value) -> {
            String key = prefix + name;
            if (value instanceof Map<?, ?> nested) {
                flatten(key + ".", nested, into);
            } else {
                into.put(key, value == null ? "" : value);
            }
        });
    }

    static String write(Map<String, Object> tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How an error shows a value. */
    static String show(Object value) {
        return value instanceof List<?> || !value.toString().isEmpty() ? value.toString() : "\"\"";
    }
}
