package io.millrace.config;

import io.millrace.event.InvalidSetting;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts environment variables in the place of {@code ${NAME}} and {@code ${NAME:text when not set}}. Only names in
 * capitals: Kafka's own {@code ${file:/path:key}} is passed on.
 */
final class Environment {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_][A-Z0-9_]*)(?::([^}]*))?}");

    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    /** True when a variable is named in this text. */
    static boolean isVariable(String text) {
        return VARIABLE.matcher(text).find();
    }

    /** @throws InvalidSetting when a variable is not set and nothing stands in for it */
    String substitute(String key, String text) {
        return VARIABLE.matcher(text).replaceAll(match -> {
            String value = variables.getOrDefault(match.group(1), match.group(2));
            InvalidSetting.require(
                    value != null,
                    key,
                    Secrets.shown(key, text),
                    "the environment variable " + match.group(1) + " to be set");
            return Matcher.quoteReplacement(value);
        });
    }
}
