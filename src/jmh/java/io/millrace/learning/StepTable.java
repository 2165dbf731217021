package io.millrace.learning;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The core step against the bare arithmetic, as {@link CoreStepBenchmark} has them, in one process and in short turns one
 * after another: a disturbance meets all of them, so the ratios hold on a machine that others use too. Times are those the
 * thread was on a core, figures medians of the turns, ratios medians of the ratios within a turn.
 */
public final class StepTable {

    private static final int WARM_UP_TURNS = 40;
    private static final int UNITS = 20_000;

    private StepTable() {}

    /** @param args {@code optimizer=sgd}, {@code context=0}, {@code turns=60} in any order */
    public static void main(String[] args) {
        Map<String, String> options = new HashMap<>(Map.of("optimizer", "sgd", "context", "0", "turns", "60"));
        for (String arg : args) {
            options.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
        }
        CoreStepBenchmark step =
                CoreStepBenchmark.of(options.get("optimizer"), Integer.parseInt(options.get("context")));
        String[] names = {"bare arithmetic", "negatives given", "drawn by popularity"};
        IntConsumer[] works = {
            n -> repeat(n, () -> step.bare() > 0), n -> repeat(n, step::given), n -> repeat(n, step::drawn)
        };
        int turns = Integer.parseInt(options.get("turns"));
        double[][] nanos = measure(works, turns);
        System.out.printf(
                Locale.ROOT,
                "d = 64, 5 negatives, %s, %s context items, arithmetic %s%n",
                options.get("optimizer"),
                options.get("context"),
                Arithmetic.get().name());
        for (int k = 0; k < works.length; k++) {
            double[] ratios = new double[turns];
            for (int turn = 0; turn < turns; turn++) {
                ratios[turn] = nanos[0][turn] / nanos[k][turn];
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-20s %,11.0f steps/s   %.2f of bare (quartiles %.2f to %.2f)%n",
                    names[k],
                    1e9 / quantile(nanos[k], 0.5),
                    quantile(ratios, 0.5),
                    quantile(ratios, 0.25),
                    quantile(ratios, 0.75));
        }
    }

    private interface Step {
        boolean run();
    }

    private static void repeat(int n, Step step) {
        int taken = 0;
        for (int k = 0; k < n; k++) {
            taken += step.run() ? 1 : 0;
        }
        if (taken < 0) {
            throw new AssertionError();
        }
    }

    /** Nanoseconds a step, by work and turn. */
    private static double[][] measure(IntConsumer[] works, int turns) {
        double[][] nanos = new double[works.length][turns];
        for (int turn = -WARM_UP_TURNS; turn < turns; turn++) {
            for (int k = 0; k < works.length; k++) {
                long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                works[k].accept(UNITS);
                long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
                if (turn >= 0) {
                    nanos[k][turn] = (double) took / UNITS;
                }
            }
        }
        return nanos;
    }

    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))];
    }
}
