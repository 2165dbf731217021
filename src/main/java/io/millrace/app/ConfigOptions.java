package io.millrace.app;

import io.millrace.config.Configuration;
import io.millrace.query.QueryConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every command is configured. */
final class ConfigOptions {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "${env:MILLRACE_CONFIG}",
            description = "YAML with the settings that differ from the reference; else the file that the environment"
                    + " variable MILLRACE_CONFIG names.")
    private @Nullable Path file;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "KEY=VALUE",
            description = "One setting, over those of the file: --set learning.dimension=64. Repeatable.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    /** @throws io.millrace.event.InvalidSetting with every problem there is */
    Configuration load() {
        return load(Map.of(), Map.of());
    }

    /**
     * @param defaults in place of the reference's, where neither file nor options say otherwise
     * @param forced settings that the command itself decides, over all others
     */
    Configuration load(Map<String, String> defaults, Map<String, String> forced) {
        Map<String, String> all = new LinkedHashMap<>(file == null ? defaults : Map.of());
        all.putAll(overrides);
        all.putAll(forced);
        return Configuration.load(file, all, Map.of("query", QueryConfig.class));
    }
}
