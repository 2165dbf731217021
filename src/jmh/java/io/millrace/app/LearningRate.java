package io.millrace.app;

import io.millrace.backtest.PartitionRun;
import io.millrace.backtest.RunConfig;
import io.millrace.config.Configuration;
import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.learning.Arithmetic;
import io.millrace.learning.ItemRows;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.Optimizer;
import io.millrace.learning.Optimizers;
import io.millrace.learning.UserRows;
import io.millrace.pipeline.Evaluator;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.Refusals;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Samplers;
import io.millrace.source.NormalForm;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Events a second of processor time that one thread learns, by itself and as a backtest does it: with the ledger's digest,
 * the baselines, and ranking where {@code every} asks for it.
 *
 * <p>A file is read once and learned several times in one JVM, each time from nothing: the first passes are those of a JVM
 * that compiles. A made-up stream is learned once and reported by tenths, with the memory in use: users by chance from
 * 200,000, items by Zipf's law from 50,000, an impression before every click and two that stay unclicked.
 */
final class LearningRate {

    private static final int USERS = 200_000;
    private static final int ITEMS = 50_000;

    private LearningRate() {}

    public static void main(String[] args) throws IOException {
        Map<String, String> own = new HashMap<>(Map.of("passes", "5", "every", "0", "distinct", "false"));
        Map<String, String> settings = new HashMap<>();
        for (String arg : args) {
            String key = arg.substring(0, arg.indexOf('='));
            boolean isSetting = key.contains(".");
            (isSetting ? settings : own).put(key, arg.substring(arg.indexOf('=') + 1));
        }
        settings.putIfAbsent("evaluation.share", "0");
        RunConfig config =
                Wiring.backtest("rate", Configuration.load(null, settings), Integer.parseInt(own.get("every")));
        LearningConfig learning = config.pipeline().learning();
        System.out.printf(
                Locale.ROOT,
                "d = %d, %d context items, %s, %s, %d negatives of %s, arithmetic %s%n",
                learning.dimension(),
                learning.contextItems(),
                learning.loss(),
                learning.optimizer(),
                config.pipeline().negatives(),
                config.sampler(),
                Arithmetic.get().name());
        if (own.containsKey("file")) {
            passes(config, own);
        } else {
            tenths(config, Long.parseLong(Objects.requireNonNull(own.get("events"), "file=FILE or events=N")));
        }
    }

    private static void passes(RunConfig config, Map<String, String> own) throws IOException {
        List<Event> events = new ArrayList<>();
        try (History history = History.of(Path.of(own.get("file")), NormalForm.Assumptions.DEFAULT, Map.of())
                .filtered(Long.MIN_VALUE, Long.MAX_VALUE, Boolean.parseBoolean(own.get("distinct")), Long.MAX_VALUE)) {
            history.forEachRemaining(events::add);
        }
        int passes = Integer.parseInt(own.get("passes"));
        double[] alone = new double[passes];
        double[] backtest = new double[passes];
        for (int k = 0; k < passes; k++) {
            alone[k] = rate(events, pipeline(config)::accept);
            backtest[k] = rate(events, new PartitionRun(config)::accept);
            System.out.printf(
                    Locale.ROOT,
                    "pass %d   learning alone %,11.0f events/s   backtest %,11.0f events/s%n",
                    k + 1,
                    alone[k],
                    backtest[k]);
        }
        System.out.printf(
                Locale.ROOT,
                "median of the last half, %,d events   learning alone %,.0f   backtest %,.0f%n",
                events.size(),
                median(alone),
                median(backtest));
    }

    private static double median(double[] rates) {
        double[] late = Arrays.copyOfRange(rates, rates.length / 2, rates.length);
        Arrays.sort(late);
        return late[late.length / 2];
    }

    private static double rate(List<Event> events, Consumer<Event> learner) {
        long start = cpuNs();
        events.forEach(learner);
        return events.size() / ((cpuNs() - start) / 1e9);
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Pipeline pipeline(RunConfig config) {
        LearningConfig learning = config.pipeline().learning();
        Optimizer optimizer = Optimizers.make(learning);
        Catalog catalog = new Catalog();
        ItemCounts counts = new ItemCounts(config.halfLife());
        ItemRows items = new ItemRows(learning, optimizer, catalog, null);
        UserRows users =
                new UserRows(learning, optimizer, config.historyClicked(), config.historyExposed(), Integer.MAX_VALUE);
        return new Pipeline(
                config.pipeline(),
                catalog,
                counts,
                new OnlineLearner(learning, catalog, items, users, optimizer),
                Samplers.make(config.sampler(), config.samplerParameters(), catalog, counts, config.maxTries()),
                new Unjudged(),
                (example, negatives, slots) -> {},
                Refusals.ONLY_COUNTED);
    }

    private static final class Unjudged implements Evaluator {

        @Override
        public void evaluate(Pipeline pipeline, int user, int slot, Click click) {}

        @Override
        public void writeTo(DataOutput out) {}

        @Override
        public void readFrom(DataInput in) {}
    }

    private static void tenths(RunConfig config, long events) throws IOException {
        PartitionRun run = new PartitionRun(config);
        Iterator<Event> stream = new MadeUp();
        long done = 0;
        for (int tenth = 1; tenth <= 10; tenth++) {
            long end = events * tenth / 10;
            long cpu = cpuNs();
            long wall = System.nanoTime();
            for (; done < end; done++) {
                run.accept(stream.next());
            }
            System.out.printf(
                    Locale.ROOT,
                    "%3d %%   %,13d events   %,9.0f events/s of processor time, %,9.0f of the clock   heap %,d MB   resident %s%n",
                    tenth * 10,
                    done,
                    (events / 10) / ((cpuNs() - cpu) / 1e9),
                    (events / 10) / ((System.nanoTime() - wall) / 1e9),
                    heapAfterCollection() >> 20,
                    resident());
        }
        System.out.printf(Locale.ROOT, "balance %s%n", run.pipeline().balance().balances() ? "exact" : "BROKEN");
    }

    private static long heapAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static String resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmRSS"))
                        .map(line -> line.replaceAll("\\s+", " ").substring(7))
                        .findFirst()
                        .orElse("unknown")
                : "unknown";
    }

    /** Three impressions and the click on the third, again and again; a second of event time has 50 such rounds. */
    private static final class MadeUp implements Iterator<Event> {

        private final SplittableRandom random = new SplittableRandom(1);
        private final double[] cumulated = new double[ITEMS];
        private final EntityId[] items = new EntityId[ITEMS];
        private final EntityId[] users = new EntityId[USERS];
        private long count;
        private EntityId user = EntityId.of("u0");
        private EntityId item = EntityId.of("i0");
        private EntityId impression = EntityId.of("m0");

        MadeUp() {
            double sum = 0;
            for (int k = 0; k < ITEMS; k++) {
                sum += 1.0 / (k + 1);
                cumulated[k] = sum;
                items[k] = EntityId.of("i" + k);
            }
            Arrays.setAll(users, k -> EntityId.of("u" + k));
        }

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public Event next() {
            long round = count / 4;
            long atMs = 1_700_000_000_000L + round * 20 + count % 4;
            if (count++ % 4 == 3) {
                return new Click(EntityId.of("c" + round), impression, user, item, "click", 1, atMs);
            }
            user = count % 4 == 1 ? users[random.nextInt(USERS)] : user;
            item = items[draw()];
            impression = EntityId.of("m" + count);
            return new Impression(impression, null, user, item, -1, Float.NaN, atMs);
        }

        private int draw() {
            int at = Arrays.binarySearch(cumulated, random.nextDouble() * cumulated[ITEMS - 1]);
            return Math.min(ITEMS - 1, at < 0 ? -at - 1 : at);
        }
    }
}
