package io.millrace.app;

import io.millrace.backtest.Backtest;
import io.millrace.backtest.Cost;
import io.millrace.backtest.Objective;
import io.millrace.backtest.PartitionRun;
import io.millrace.backtest.Report;
import io.millrace.backtest.ReportJson;
import io.millrace.backtest.ReportPage;
import io.millrace.backtest.RunConfig;
import io.millrace.config.Configuration;
import io.millrace.config.SearchSpace;
import io.millrace.event.InvalidSetting;
import io.millrace.warm.SavedState;
import io.millrace.warm.StateWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A history through several configurations, compared. */
@Command(
        name = "backtest",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Feeds one history through one or more configurations, by the code that learns live, and reports how well each",
            "ranked every click before it was learned from, beside baselines on the same clicks."
        },
        footer = {
            "%nFiles: the normal form (.evt.tsv.gz, .imp.tsv.gz), JSON lines of Millrace's events, MovieLens u.data and",
            "ratings.dat, MIND behaviors.tsv, KuaiRand log_*.csv, Open Bandit csv; gzip or plain.",
            "%nExamples:",
            "  millrace backtest --events ratings.dat --preset retrieval --distinct",
            "  millrace backtest --events clicks.jsonl --config live.yaml --config new.yaml --out report",
            "  millrace backtest --topics --from 2026-01-01T00:00:00Z --config live.yaml",
            "  millrace backtest --events ratings.dat --distinct --search space.yaml --budget 27",
            "%nA search tries N configurations and writes the best as best.yaml, which run --config takes. A space says",
            "what it starts from and which keys may be what:",
            "  preset: retrieval                # or config: FILE, or both, the preset below the file",
            "  score: recall@20                 # or ndcg@K, mrr, log-loss, grouped-auc; log-loss for the preset ctr",
            "  keys:",
            "    ranking.served: [blend]        # a single value sets it; other rankings do not use learning.*",
            "    learning.step-size: {from: 0.05, to: 0.5, scale: log}",
            "    learning.context-items: [5, 10, 20]",
            "All of it is chosen on the first half of the history: all configurations see a ninth of that, the better",
            "third of them a third, the better third of those the whole (successive halving); a part of N is kept for",
            "configurations one step from the best. The second half is then reported for the best and for what the",
            "search started from. Same history, space, budget and seed: same answer, whatever --threads."
        })
final class BacktestCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private HistoryOptions.Origin origin = new HistoryOptions.Origin();

    @Mixin
    private HistoryOptions history = new HistoryOptions();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "A configuration to try; repeatable, and the first is what the others are compared with.")
    private List<Path> configs = new ArrayList<>();

    @Option(
            names = {"-s", "--set"},
            paramLabel = "KEY=VALUE",
            description = "One setting, over those of all files. Repeatable.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Settings for a kind of data, below those of the files: retrieval, session, news or ctr.")
    private @Nullable String preset;

    @Option(
            names = "--every",
            paramLabel = "N",
            description = "Rank each N-th click instead of evaluation.share by hash; all are learned from.")
    private int every;

    @Option(
            names = "--out",
            paramLabel = "DIRECTORY",
            description = "Write report.html, report.json and cost.json there; a search also best.yaml and search.json,"
                    + " by default to SPACE-search.")
    private @Nullable Path out;

    @Option(names = "--ledger", description = "Write each configuration's ledger there too, as ledger-N.jsonl.")
    private boolean ledger;

    @Option(
            names = "--save-state",
            paramLabel = "DIRECTORY",
            description = "Write all that was learned there, for `millrace warm-start`; with one configuration.")
    private @Nullable Path saveState;

    @Option(names = "--threads", paramLabel = "N", description = "Configurations at a time; default one per core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @ArgGroup(exclusive = false, multiplicity = "0..1")
    private @Nullable SearchOptions search;

    /** A search instead of given configurations. */
    static final class SearchOptions {

        @Option(
                names = "--search",
                paramLabel = "SPACE.yaml",
                required = true,
                description = "Look for the best configuration of a space, see below; without --config and --preset.")
        Path space = Path.of("");

        @Option(
                names = "--budget",
                paramLabel = "N",
                description = "Configurations to try, the base included; default 27. N cost about as much as N / 4 to"
                        + " N / 2 backtests of the first half and two of the whole.")
        int budget = 27;

        @Option(names = "--seed", paramLabel = "SEED", description = "Seed of what is tried; default 1.")
        long seed = 1;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        SearchOptions wanted = search;
        if (wanted != null) {
            return search(wanted);
        }
        InvalidSetting.require(!ledger || out != null, "--ledger", true, "--out DIRECTORY with it");
        List<Configuration> configurations = configurations();
        checkSaving(configurations);
        if (out != null) {
            Files.createDirectories(out);
        }
        BacktestScreen screen = new BacktestScreen(spec.commandLine().getOut());
        try (History events = history.open(origin, configurations.get(0));
                Backtest backtest = new Backtest(runs(configurations), threads)) {
            screen.start(events, configurations.size());
            backtest.runs()
                    .forEach(run -> run.config()
                            .warnings()
                            .forEach(warning ->
                                    screen.say("warning", run.config().name() + ": " + warning)));
            backtest.run(events, so -> screen.at(so, events));
            if (saveState != null && partitions(events, configurations.get(0)) > 1) {
                backtest.runs().get(0).pipeline().learnWaiting();
            }
            Report report = Report.of(backtest, events.facts());
            Cost cost = Cost.of(backtest);
            screen.result(report, cost);
            write(report, cost, screen);
            save(backtest, configurations.get(0), events, screen);
        }
        return 0;
    }

    private void checkSaving(List<Configuration> configurations) {
        if (saveState == null) {
            return;
        }
        InvalidSetting.Check check = new InvalidSetting.Check()
                .require(configurations.size() == 1, "--save-state", saveState, "one configuration")
                .require(every == 0, "--every", every, "none with --save-state: live, evaluation.share holds");
        history.checkComplete(check);
        check.done();
    }

    /** As many as the topics have, or will have. */
    private static int partitions(History events, Configuration configuration) {
        int read = events.partitions();
        return read > 0 ? read : configuration.topics().partitions();
    }

    private void save(Backtest backtest, Configuration configuration, History events, BacktestScreen screen)
            throws IOException {
        if (saveState == null) {
            return;
        }
        int partitions = partitions(events, configuration);
        SavedState saved = StateWriter.write(
                backtest.runs().get(0), partitions, events.ends(), events.completeUntilMs(), saveState);
        screen.say(
                "state",
                saved.users() + " users, " + saved.items() + " items for " + partitions + " partitions in "
                        + saveState);
    }

    private int search(SearchOptions wanted) throws IOException, InterruptedException {
        new InvalidSetting.Check()
                .require(configs.isEmpty(), "--config", configs, "config: FILE in the space")
                .require(preset == null, "--preset", String.valueOf(preset), "preset: NAME in the space")
                .require(!ledger, "--ledger", true, "none with --search")
                .require(saveState == null, "--save-state", String.valueOf(saveState), "none with --search")
                .done();
        SearchSpace space = SearchSpace.read(wanted.space, overrides);
        Path directory = out != null ? out : Path.of(bare(wanted.space) + "-search");
        Files.createDirectories(directory);
        SpaceCandidates candidates = new SpaceCandidates(space, every);
        Objective objective = Objective.of(
                space.score(),
                candidates.configuration("base", space.baseValues()).measure());
        try (SearchRun run = new SearchRun(
                candidates,
                objective,
                () -> history.open(origin, space.base()),
                new SearchScreen(spec.commandLine().getOut(), objective))) {
            run.search(wanted.budget, wanted.seed, threads, directory);
        }
        return 0;
    }

    private static String bare(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
    }

    private List<Configuration> configurations() {
        List<@Nullable Path> files = new ArrayList<>(configs);
        if (files.isEmpty()) {
            files.add(null);
        }
        return files.stream()
                .map(file -> Configuration.load(preset, file, overrides, Map.of()))
                .toList();
    }

    private List<PartitionRun> runs(List<Configuration> configurations) throws IOException {
        List<PartitionRun> runs = new ArrayList<>();
        for (int k = 0; k < configurations.size(); k++) {
            RunConfig run = Wiring.backtest(name(k), configurations.get(k), every);
            runs.add(new PartitionRun(run, ledgerFile(k)));
        }
        return runs;
    }

    private String name(int k) {
        String base = configs.isEmpty() ? Objects.requireNonNullElse(preset, "defaults") : bare(configs.get(k));
        long same = configs.stream()
                .limit(k)
                .filter(file -> file.getFileName().equals(configs.get(k).getFileName()))
                .count();
        return same == 0 ? base : base + "-" + (same + 1);
    }

    private @Nullable OutputStream ledgerFile(int k) throws IOException {
        return ledger && out != null
                ? new BufferedOutputStream(Files.newOutputStream(out.resolve("ledger-" + (k + 1) + ".jsonl")), 1 << 16)
                : null;
    }

    private void write(Report report, Cost cost, BacktestScreen screen) throws IOException {
        if (out == null) {
            return;
        }
        Files.writeString(out.resolve("report.json"), ReportJson.write(report));
        Files.writeString(out.resolve("cost.json"), ReportJson.write(cost));
        Files.writeString(out.resolve("report.html"), ReportPage.write(report, cost));
        screen.say("report", out.resolve("report.html").toString());
    }
}
