package io.millrace.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** Which values are never printed. */
final class Secrets {

    static final String HIDDEN = "********";

    private static final Pattern NAMES =
            Pattern.compile("token|password|secret|jaas|credential|private\\.?key|keystore\\.key|api\\.?key");

    private Secrets() {}

    static boolean isSecret(String key) {
        return NAMES.matcher(key.toLowerCase(Locale.ROOT)).find();
    }

    /** The value, or stars in its place; an empty one is no secret. */
    static Object shown(String key, Object value) {
        return isSecret(key) && !value.toString().isEmpty() ? HIDDEN : value;
    }
}
