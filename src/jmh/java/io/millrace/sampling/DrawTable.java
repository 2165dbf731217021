package io.millrace.sampling;

import com.sun.management.ThreadMXBean;
import io.millrace.event.CounterRandom;
import io.millrace.popularity.ItemCounts;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a draw costs: a Markdown table of every sampler at three sizes of the catalog, and the ratios that are bounded.
 * All are measured in one process, in short turns one after another, by the time the thread was on a core. A figure is the
 * median of its turns, a ratio the median of the ratios of turns next to each other; so a disturbance meets both sides,
 * and ratios hold where figures do not.
 *
 * <p>A draw is one negative of {@value #NEGATIVES} for a positive, with what the context costs: the user's clicks
 * excluded, tries repeated, q found, the result in the buffer. Arrays and sums that a draw is compared with have none of
 * that.
 */
public final class DrawTable {

    private static final int[] SIZES = {10_000, 100_000, 1_000_000};
    private static final int LARGEST = SIZES.length - 1;
    private static final int NEGATIVES = 20;
    private static final int CANDIDATES = 5;
    private static final int WARM_UP_TURNS = 50;

    private static final String SEARCH = "binary search in a static array";
    private static final String SCORED = "five uniform draws and five dot products";
    private static final String CLICK = "a click counted for popularity";
    private static final String SHOWN = "an exposure counted for weighted-random";

    /** Does so many units of work; returns something that depends on it. */
    private interface Work {
        long run(int units);
    }

    /** One thing that is measured: units take {@code perUnit} draws or updates. */
    private static final class Measured {
        private final Work work;
        private final double perUnit;
        private final double[] nanos;
        private int units = 1;
        private int turns;
        private double bytes;

        private Measured(Work work, double perUnit, int turns) {
            this.work = work;
            this.perUnit = perUnit;
            nanos = new double[turns];
        }

        private double median() {
            return median(nanos.clone());
        }

        /** The median of the ratios of turns that were next to each other. */
        private double times(Measured other) {
            double[] ratios = new double[nanos.length];
            for (int turn = 0; turn < ratios.length; turn++) {
                ratios[turn] = nanos[turn] / other.nanos[turn];
            }
            return median(ratios);
        }

        private static double median(double[] values) {
            Arrays.sort(values);
            return values[values.length / 2];
        }
    }

    /** What is compared, and the bound; all at the largest size. */
    private record Ratio(String of, String to, double most) {}

    private static final List<Ratio> RATIOS = List.of(
            new Ratio("popularity", SEARCH, 1.5),
            new Ratio("weighted-random", SEARCH, 1.5),
            new Ratio("dns", SCORED, 1.2),
            new Ratio("log-uniform", "uniform", 2),
            new Ratio("recent-clicks", "uniform", 2),
            new Ratio("exposed", "uniform", 2),
            new Ratio(CLICK, "popularity", 2),
            new Ratio(SHOWN, "weighted-random", 2));

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final int turns;
    private final long turnNanos;
    private long sink;

    private DrawTable(int turns, long turnNanos) {
        this.turns = turns;
        this.turnNanos = turnNanos;
    }

    /** @param args {@code turns=40}, {@code turn-ms=10}, {@code only=dns,uniform} in any order */
    public static void main(String[] args) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String arg : args) {
            options.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
        }
        int turns = Integer.parseInt(options.getOrDefault("turns", "40"));
        long turnMs = Long.parseLong(options.getOrDefault("turn-ms", "10"));
        var names = new TreeSet<>(Samplers.names());
        if (options.containsKey("only")) {
            names.retainAll(List.of(options.get("only").split(",")));
        }
        new DrawTable(turns, turnMs * 1_000_000).run(names);
    }

    private void run(TreeSet<String> names) {
        Map<String, List<Measured>> bySize = new LinkedHashMap<>();
        for (int size : SIZES) {
            Map<String, Measured> measured = measureAll(new DrawWorld(size), names);
            measured.forEach((name, result) ->
                    bySize.computeIfAbsent(name, n -> new ArrayList<>()).add(result));
        }
        print("");
        print("| ns per draw | 10k items | 100k | 1M | bytes per draw |");
        print("| --- | --- | --- | --- | --- |");
        bySize.forEach((name, results) -> print(String.format(
                Locale.ROOT,
                "| %s | %.0f | %.0f | %.0f | %.0f |",
                names.contains(name) ? "`" + name + "`" : name,
                results.get(0).median(),
                results.get(1).median(),
                results.get(LARGEST).median(),
                results.get(LARGEST).bytes)));
        print("");
        print("| at 1M items | times | at most | |");
        print("| --- | --- | --- | --- |");
        for (Ratio ratio : RATIOS) {
            if (bySize.containsKey(ratio.of) && bySize.containsKey(ratio.to)) {
                double times = bySize.get(ratio.of)
                        .get(LARGEST)
                        .times(bySize.get(ratio.to).get(LARGEST));
                print(String.format(
                        Locale.ROOT,
                        "| %s / %s | %.2f | %.1f | %s |",
                        ratio.of,
                        ratio.to,
                        times,
                        ratio.most,
                        times <= ratio.most ? "met" : "MISSED"));
            }
        }
        print("");
        print("(" + sink + ")");
    }

    private static void print(String line) {
        System.out.println(line);
    }

    private Map<String, Measured> measureAll(DrawWorld world, TreeSet<String> names) {
        Map<String, Measured> all = new LinkedHashMap<>();
        all.put(SEARCH, new Measured(units -> search(world, units), NEGATIVES, turns));
        if (names.contains("dns")) {
            all.put(SCORED, scored(world));
        }
        if (names.contains("popularity")) {
            all.put(CLICK, click(world));
        }
        if (names.contains("weighted-random")) {
            all.put(SHOWN, shown(world));
        }
        for (String name : names) {
            all.put(name, drawing(world, world.sampler(name)));
        }
        all.values().forEach(this::warmUp);
        for (int turn = 0; turn < turns; turn++) {
            all.values().forEach(this::turn);
        }
        return all;
    }

    private Measured drawing(DrawWorld world, Sampler sampler) {
        world.negatives.clear();
        sampler.sample(world.context(), NEGATIVES, world.negatives);
        int drawn = Math.max(1, world.negatives.size());
        return new Measured(
                units -> {
                    long sum = 0;
                    for (int k = 0; k < units; k++) {
                        Draw draw = world.context();
                        world.negatives.clear();
                        sampler.sample(draw, NEGATIVES, world.negatives);
                        sum += world.negatives.size();
                    }
                    return sum;
                },
                drawn,
                turns);
    }

    private static long search(DrawWorld world, int units) {
        var random = new CounterRandom();
        long sum = 0;
        for (int unit = 0; unit < units; unit++) {
            random.reset(1, unit, 0);
            for (int k = 0; k < NEGATIVES; k++) {
                sum += world.search(random.nextDouble());
            }
        }
        return sum;
    }

    /** As dns does it: for a negative five draws, each scored. */
    private Measured scored(DrawWorld world) {
        Sampler uniform = world.sampler("uniform");
        return new Measured(
                units -> {
                    float sum = 0;
                    for (int unit = 0; unit < units; unit++) {
                        Draw draw = world.context();
                        for (int k = 0; k < NEGATIVES * CANDIDATES; k++) {
                            sum += world.model.score(uniform.draw(draw));
                        }
                    }
                    return (long) sum;
                },
                NEGATIVES,
                turns);
    }

    private Measured click(DrawWorld world) {
        ItemCounts counts = world.updating("popularity");
        return new Measured(
                units -> {
                    for (int k = 0; k < units; k++) {
                        counts.clicked(world.clicks[k & world.clicks.length - 1], DrawWorld.NOW);
                    }
                    return counts.clicks(0);
                },
                1,
                turns);
    }

    private Measured shown(DrawWorld world) {
        ItemCounts counts = world.updating("weighted-random");
        return new Measured(
                units -> {
                    for (int k = 0; k < units; k++) {
                        counts.exposed(world.clicks[k & world.clicks.length - 1], DrawWorld.NOW);
                    }
                    return counts.exposures(0);
                },
                1,
                turns);
    }

    /** Finds how many units make a turn, and lets the compiler see them. */
    private void warmUp(Measured measured) {
        long end = threads.getCurrentThreadCpuTime() + WARM_UP_TURNS * turnNanos;
        while (threads.getCurrentThreadCpuTime() < end) {
            long start = threads.getCurrentThreadCpuTime();
            sink += measured.work.run(measured.units);
            long took = Math.max(1, threads.getCurrentThreadCpuTime() - start);
            measured.units = (int) Math.max(1, Math.min(1 << 20, (double) measured.units * turnNanos / took));
        }
    }

    private void turn(Measured measured) {
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        long start = threads.getCurrentThreadCpuTime();
        sink += measured.work.run(measured.units);
        long took = threads.getCurrentThreadCpuTime() - start;
        double draws = measured.units * measured.perUnit;
        measured.bytes = (threads.getThreadAllocatedBytes(thread) - before) / draws;
        measured.nanos[measured.turns++] = took / draws;
    }
}
