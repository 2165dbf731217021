package io.millrace.app;

import io.millrace.config.Configuration;
import io.millrace.event.InvalidSetting;
import io.millrace.warm.SavedState;
import io.millrace.warm.WarmStart;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts what a backtest has learned in the place of an application that has not started yet. */
@Command(
        name = "warm-start",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Loads a state that backtest --save-state wrote into an application before its first start, together with the",
            "position to go on from. The next `millrace run` of this configuration starts from it, without gap or overlap.",
            "Refused when the application has state already, or settings or partitions are not those of the state."
        },
        footer = {
            "%nExamples:",
            "  millrace backtest --topics --config my.yaml --save-state state    learn from what the topics hold",
            "  millrace warm-start --config my.yaml --from state",
            "  millrace run --config my.yaml                                     go on from there"
        })
final class WarmStartCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--from", paramLabel = "DIRECTORY", required = true, description = "The saved state.")
    private Path from = Path.of("");

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description =
                    "Of a state learned from a file: go on with the records of that timestamp and later; default is"
                            + " where the file ended.")
    private @Nullable String at;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Configuration configuration = options.load();
        SavedState state = SavedState.read(from);
        checkSettings(state, configuration);
        InvalidSetting.require(
                at == null || state.offsets().isEmpty(),
                "--at",
                String.valueOf(at),
                "none: this state was learned from topics and has their offsets");
        long atMs = at == null ? state.completeUntilMs() : HistoryOptions.time("--at", at);
        try (WarmStart start = new WarmStart(state, from, application(configuration))) {
            WarmStart.Loaded loaded = start.load(atMs);
            PrintWriter out = spec.commandLine().getOut();
            out.println(loaded.records() + " records of " + state.users() + " users and " + state.items()
                    + " items are in place, learned from " + state.events() + " events");
            loaded.offsets().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey((a, b) -> a.toString().compareTo(b.toString())))
                    .forEach(offset -> out.println("  " + offset.getKey() + " goes on at " + offset.getValue()));
            out.flush();
        }
        return 0;
    }

    /** Rows mean nothing under other settings, so all that is learned by must be the same. */
    private static void checkSettings(SavedState state, Configuration configuration) {
        if (state.digest().equals(configuration.digest())) {
            return;
        }
        Map<String, String> now = Wiring.learned(configuration.flat());
        TreeSet<String> keys = new TreeSet<>(now.keySet());
        keys.addAll(state.settings().keySet());
        InvalidSetting.Check check = new InvalidSetting.Check();
        for (String key : keys) {
            String here = now.getOrDefault(key, "nothing");
            String there = state.settings().getOrDefault(key, "nothing");
            check.require(here.equals(there), key, here, there + ", with which the state was learned");
        }
        check.done();
        throw new InvalidSetting(
                "settings", configuration.digest(), state.digest() + " of the state, which another release saved");
    }

    private static WarmStart.Application application(Configuration configuration) {
        return new WarmStart.Application(
                configuration.identity().applicationId(),
                configuration.kafka(),
                configuration.topics().impressions(),
                configuration.topics().clicks(),
                configuration.topics().itemUpdates(),
                (short) configuration.topics().replication(),
                Path.of(configuration.identity().stateDir()));
    }
}
