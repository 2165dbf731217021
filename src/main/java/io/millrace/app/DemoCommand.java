package io.millrace.app;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.config.Configuration;
import io.millrace.event.Event;
import io.millrace.event.InvalidSetting;
import io.millrace.learning.Arithmetic;
import io.millrace.source.NormalForm;
import io.millrace.source.SyntheticConfig;
import io.millrace.source.SyntheticStream;
import io.millrace.topics.TopicOverrides;
import io.millrace.topics.TopicPlan;
import io.millrace.topics.TopicPlanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything in one process: broker, topics, a stream, the learner, the server. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Starts a broker of its own, feeds it a made-up stream or a file, learns from it and serves what it learned.",
            "State is kept, and the next start goes on from it; Ctrl-C stops."
        },
        footer = {
            "%nExamples:",
            "  millrace demo                                  a made-up audience, until Ctrl-C",
            "  millrace demo --for 60s --fresh                from nothing, for a minute, then a summary",
            "  millrace demo --data clicks.evt.tsv.gz --speed max"
        })
final class DemoCommand implements Callable<Integer> {

    /** Where broker and state lie, below the working directory. */
    private static final Path DIRECTORY = Path.of("data", "demo");

    /** What a minute of a small stream needs to show something; a setting of the user's goes before. */
    /** Fewer user rows than a server would keep: the broker shares this heap. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "memory.user-rows", "100000",
            "evaluation.share", "1.0",
            "evaluation.window", "500",
            "attribution.window", "20s",
            "attribution.grace", "2s",
            "attribution.late", "2m");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--for", paramLabel = "DURATION", description = "Stop after this long, with a summary: 60s, 5m.")
    private @Nullable String length;

    @Option(names = "--fresh", description = "Wipe the demo's broker and state first.")
    private boolean fresh;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "Replay a file in the normal form (.imp.tsv.gz, .evt.tsv.gz) instead; starts fresh and ends"
                    + " with the file.")
    private @Nullable Path data;

    @Option(
            names = "--speed",
            paramLabel = "FACTOR",
            defaultValue = "max",
            description = "How fast a file is replayed: 100x is a hundred seconds of it per second; max does not wait.")
    private String speed = "max";

    @Option(names = "--dir", paramLabel = "DIRECTORY", description = "Where broker and state lie; default data/demo.")
    private Path directory = DIRECTORY;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public Integer call() throws InterruptedException {
        double factor = speed();
        long endNs = length == null
                ? Long.MAX_VALUE
                : System.nanoTime() + duration(length).toNanos();
        if (data != null && !Files.isReadable(data)) {
            throw new InvalidSetting("--data", data, "a file that can be read");
        }
        if (fresh || data != null) {
            wipe(directory);
        }
        Thread hook = new Thread(this::interrupted, "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run(factor, endNs);
        } finally {
            stopped.countDown();
        }
    }

    private int run(double factor, long endNs) throws InterruptedException {
        DemoScreen screen = new DemoScreen(spec.commandLine().getOut());
        screen.say(
                "millrace",
                Version.number() + ", java " + Runtime.version().feature() + ", "
                        + Runtime.getRuntime().availableProcessors() + " cores, arithmetic "
                        + Arithmetic.get().name());
        screen.say("data", directory + (Files.exists(directory) ? "  (going on; --fresh wipes it)" : ""));
        Map<String, String> defaults = defaults(factor);
        Configuration settings = options.load(defaults, Map.of());
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                directory.resolve("broker"), settings.demo().brokerPort())) {
            screen.say("kafka", "embedded 4.3.1 at " + broker.bootstrapServers());
            Configuration configuration = configuration(broker.bootstrapServers(), settings, defaults);
            createTopics(configuration, screen);
            try (RunningMillrace running = RunningMillrace.start(configuration)) {
                awaitRunning(running);
                return demonstrate(configuration, running, screen, factor, endNs);
            }
        }
    }

    /**
     * A week that passes in a second leaves no time for the impression that arrives after its click: tasks wait for the other
     * topic instead.
     */
    private Map<String, String> defaults(double factor) {
        Map<String, String> defaults = new HashMap<>(DEFAULTS);
        if (data != null && factor > 1) {
            defaults.put("streams.max-task-idle", "5s");
        }
        return defaults;
    }

    /** The user's settings, on the demo's own broker, directory and ports. */
    private Configuration configuration(String bootstrap, Configuration settings, Map<String, String> defaults) {
        Map<String, String> own = new HashMap<>();
        own.put("kafka.bootstrap.servers", bootstrap);
        own.put("state-dir", directory.resolve("state").toString());
        own.put("instance-id", "demo");
        own.put(
                "query.port",
                Integer.toString(
                        Ports.freeOr(settings.query().host(), settings.query().port())));
        return options.load(defaults, own);
    }

    private static void createTopics(Configuration configuration, DemoScreen screen) {
        try (Admin admin = Admin.create(new HashMap<>(configuration.kafka()))) {
            TopicPlanner planner = new TopicPlanner(admin);
            TopicPlan plan = planner.plan(
                    Wiring.topics(configuration),
                    TopicOverrides.keepForEver(configuration.topics().partitions()));
            List<String> created = planner.apply(plan, (short) 1);
            screen.say(
                    "topics",
                    plan.lines().size() + " topics, " + created.size() + " created, "
                            + configuration.topics().partitions() + " partitions");
        }
    }

    private void awaitRunning(RunningMillrace running) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (!running.isReady()) {
            Throwable failure = running.instance().failure();
            if (failure != null || stop.getCount() == 0 || System.nanoTime() > deadline) {
                throw new IllegalStateException("the streams did not start", failure);
            }
            stop.await(50, TimeUnit.MILLISECONDS);
        }
    }

    private int demonstrate(
            Configuration configuration, RunningMillrace running, DemoScreen screen, double factor, long endNs)
            throws InterruptedException {
        screen.say(
                "streams",
                "RUNNING, " + configuration.streams().threads() + " thread(s), "
                        + configuration.streams().guarantee() + ", commit every "
                        + configuration.streams().commitIntervalMs() + " ms");
        screen.say(
                "open",
                running.url() + "    try: curl -s '" + running.url() + "/v1/users/" + (data == null ? "u-17" : "ID")
                        + "/recommendations?k=5'");
        String impressions = configuration.topics().impressions();
        String clicks = configuration.topics().clicks();
        Progress progress = new Progress(running);
        try (NormalForm file = data == null ? null : open(data);
                Feeder feeder = new Feeder(
                        configuration.kafka(),
                        impressions,
                        clicks,
                        history(configuration, file),
                        data == null ? 1 : factor);
                Freshness freshness = new Freshness(configuration.kafka(), impressions, clicks, running.url(), 100)) {
            screen.say("stream", data == null ? describe(configuration) : data + " at speed " + speed);
            feeder.start();
            if (data == null) {
                freshness.start();
            }
            long nextLineNs = System.nanoTime();
            while (stop.getCount() > 0 && System.nanoTime() < endNs && !isFinished(feeder, progress)) {
                stop.await(100, TimeUnit.MILLISECONDS);
                if (running.instance().failure() != null) {
                    throw new IllegalStateException(
                            "the learner stopped", running.instance().failure());
                }
                if (feeder.failure() != null) {
                    throw new IllegalStateException("the stream stopped", feeder.failure());
                }
                if (System.nanoTime() >= nextLineNs) {
                    nextLineNs += TimeUnit.SECONDS.toNanos(3);
                    screen.line(progress, feeder.sent() + freshness.events(), freshness.lastMinute());
                }
            }
            feeder.stop();
            progress.awaitCaughtUp(feeder.sent(), stop, Duration.ofSeconds(data == null ? 10 : 600));
            screen.summary(progress, freshness, feeder, file);
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFinished(Feeder feeder, Progress progress) {
        return feeder.isDone() && progress.in() >= feeder.sent();
    }

    private static NormalForm open(Path file) {
        try {
            return new NormalForm(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Iterator<? extends Event> history(Configuration configuration, @Nullable NormalForm file) {
        if (file != null) {
            return file;
        }
        var demo = configuration.demo();
        return new SyntheticStream(new SyntheticConfig(
                demo.users(),
                demo.items(),
                demo.tastes(),
                demo.slateSize(),
                demo.eventsPerSecond(),
                System.currentTimeMillis(),
                0,
                demo.driftAfterMs(),
                3000,
                configuration.attribution().windowMs(),
                demo.seed() ^ System.currentTimeMillis() / 1000));
    }

    private static String describe(Configuration configuration) {
        var demo = configuration.demo();
        return demo.users() + " users, " + demo.items() + " items in " + demo.tastes() + " tastes, "
                + Math.round(demo.eventsPerSecond()) + " events/s, a drift of taste after "
                + demo.driftAfterMs() / 1000 + " s";
    }

    private double speed() {
        if (speed.equals("max")) {
            return Feeder.MAX;
        }
        try {
            double factor = Double.parseDouble(speed.replaceAll("x$", ""));
            InvalidSetting.require(factor > 0, "--speed", speed, "a factor above 0 such as 100x, or max");
            return factor;
        } catch (NumberFormatException e) {
            throw new InvalidSetting("--speed", speed, "a factor above 0 such as 100x, or max");
        }
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse("PT" + text.toUpperCase(java.util.Locale.ROOT));
        } catch (java.time.format.DateTimeParseException e) {
            throw new InvalidSetting("--for", text, "a duration such as 60s or 5m");
        }
    }

    private static void wipe(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot wipe " + directory, e);
        }
    }

    private void interrupted() {
        stop.countDown();
        try {
            stopped.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
