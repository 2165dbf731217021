package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.app.Main;
import io.millrace.config.Configuration;
import io.millrace.event.InvalidSetting;
import io.millrace.query.QueryConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;

/** What the files in {@code deploy/} say, and what the product says to it. */
final class Product {

    static final Path DEPLOY = Path.of("deploy");

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern LAUNCHER_VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)[:}]");
    private static final Pattern ENVIRONMENT_DEFAULT = Pattern.compile("\\$\\{env:([A-Z_]+)");
    private static final Pattern CONFIG_VARIABLE = Pattern.compile("\\$\\{([A-Z_][A-Z0-9_]*)[:}]");

    private Product() {}

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The documents of a YAML file, merge keys resolved. */
    static List<JsonNode> documents(Path file) {
        List<JsonNode> documents = new ArrayList<>();
        yaml().loadAll(text(file)).forEach(document -> documents.add(MAPPER.valueToTree(document)));
        return documents;
    }

    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options));
    }

    /** Fails unless the command line takes these arguments. */
    static void checkCommand(List<String> args) {
        CommandLine line = Main.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
        CommandLine.ParseResult result = line.parseArgs(args.toArray(String[]::new));
        assertThat(result.hasSubcommand()).as("a command in %s", args).isTrue();
    }

    /** Loads a configuration as {@code run} does; fails with every problem it has. */
    static Configuration load(String yaml, Map<String, String> environment) {
        try {
            Path file = Files.createTempFile("millrace", ".yaml");
            try {
                Files.writeString(file, yaml);
                return Configuration.load(file, Map.of(), Map.of("query", QueryConfig.class), environment);
            } catch (InvalidSetting e) {
                throw new AssertionError(e.getMessage() + "\n" + yaml, e);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Variables that the launcher or an option reads. */
    static Set<String> ownVariables() {
        Set<String> names = matches(LAUNCHER_VARIABLE, text(Path.of("millrace")));
        Main.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()))
                .getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec()
                        .options()
                        .forEach(option -> names.addAll(matches(ENVIRONMENT_DEFAULT, writtenDefault(option)))));
        return names;
    }

    /** The default as it is written: picocli itself tells what became of it in this environment. */
    private static String writtenDefault(CommandLine.Model.OptionSpec option) {
        return option.userObject() instanceof AnnotatedElement field
                        && field.isAnnotationPresent(CommandLine.Option.class)
                ? field.getAnnotation(CommandLine.Option.class).defaultValue()
                : "";
    }

    /** Variables that a configuration asks for. */
    static Set<String> variablesOf(String config) {
        String settings = String.join(
                "\n",
                config.lines().filter(line -> !line.strip().startsWith("#")).toList());
        return matches(CONFIG_VARIABLE, settings);
    }

    private static Set<String> matches(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .forEach(names::add);
        return names;
    }

    /** Paths that the server answers without a token, from its own description, which its routes are held to. */
    static Set<String> openPaths() {
        Set<String> open = new TreeSet<>();
        JsonNode api = MAPPER.valueToTree(yaml().<Object>load(resource("/openapi.yaml")));
        api.path("paths").fields().forEachRemaining(path -> {
            JsonNode security = path.getValue().at("/get/security");
            if (security.isArray() && security.isEmpty()) {
                open.add(path.getKey());
            }
        });
        return open;
    }

    private static String resource(String name) {
        try (InputStream in = Product.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of 512m, 2g, 384Mi, 2Gi. */
    static long bytes(String size) {
        String lower = size.toLowerCase(java.util.Locale.ROOT).replaceAll("i$", "");
        long number = Long.parseLong(lower.substring(0, lower.length() - 1));
        return switch (lower.charAt(lower.length() - 1)) {
            case 'm' -> number << 20;
            case 'g' -> number << 30;
            default -> throw new IllegalArgumentException(size);
        };
    }
}
