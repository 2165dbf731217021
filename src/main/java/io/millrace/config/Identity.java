package io.millrace.config;

import io.millrace.event.InvalidSetting;
import java.util.regex.Pattern;

/**
 * Who this instance is.
 *
 * @param applicationId consumer group and prefix of internal topics; a new one starts a new model
 * @param instanceId the same after a restart, unlike that of any other instance; the host's name when empty
 * @param stateDir directory of the local state
 */
public record Identity(String applicationId, String instanceId, String stateDir) {

    static final String LETTERS = "letters, digits, dot, dash and underscore";

    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1,200}");

    public Identity {
        instanceId = instanceId.isEmpty() ? HostName.get() : instanceId;
        new InvalidSetting.Check()
                .require(isLegal(applicationId), "application-id", applicationId, "1 to 200 of " + LETTERS)
                .require(isLegal(instanceId), "instance-id", instanceId, "1 to 200 of " + LETTERS)
                .require(!stateDir.isBlank(), "state-dir", "\"\"", "a directory")
                .done();
    }

    private static boolean isLegal(String name) {
        return LEGAL.matcher(name).matches();
    }
}
