package io.millrace.learning;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The core step against the bare arithmetic, as {@link CoreStepBenchmark} has them. Each is measured in a process of its
 * own, because caches that two of them share are half as large for each; the processes take turns, so that a disturbance
 * meets all of them. Times are those the thread was on a core; figures are medians of the rounds, ratios medians of the
 * ratios within a round.
 */
public final class StepTable {

    private static final int WARM_UP_TURNS = 10;
    private static final int TURNS = 20;
    private static final int STEPS = 200_000;
    private static final Pattern MILLIONS = Pattern.compile(": ([0-9.]+) M events/s/core");

    private StepTable() {}

    /**
     * @param args {@code loss=logistic}, {@code optimizer=sgd}, {@code dimension=64}, {@code negatives=5}, {@code context=0},
     *     {@code ahead=4}, {@code rounds=5}, {@code limit=FILE} in any order: a program of one source file to be measured
     *     beside, called with {@code batch 64 0}
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Map<String, String> options =
                new HashMap<>(Map.of("optimizer", "sgd", "context", "0", "ahead", "4", "rounds", "5"));
        options.putAll(Map.of("loss", "logistic", "dimension", "64", "negatives", "5"));
        for (String arg : args) {
            options.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
        }
        if (options.containsKey("work")) {
            System.out.println(stepsPerSecond(options));
            return;
        }
        Map<String, List<String>> programs = programs(options);
        int rounds = Integer.parseInt(options.get("rounds"));
        double[][] rates = new double[programs.size()][rounds];
        for (int round = 0; round < rounds; round++) {
            int k = 0;
            for (List<String> program : programs.values()) {
                rates[k++][round] = run(program);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "d = %s, %s negatives, %s, %s, %s context items, arithmetic %s%n",
                options.get("dimension"),
                options.get("negatives"),
                options.get("loss"),
                options.get("optimizer"),
                options.get("context"),
                Arithmetic.get().name());
        print(List.copyOf(programs.keySet()), rates);
    }

    private static void print(List<String> names, double[][] rates) {
        for (int k = 0; k < rates.length; k++) {
            double[] ratios = rates[k].clone();
            for (int round = 0; round < ratios.length; round++) {
                ratios[round] /= rates[0][round];
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-22s %,11.0f steps/s   %.2f of %s (quartiles %.2f to %.2f)%n",
                    names.get(k),
                    quantile(rates[k], 0.5),
                    quantile(ratios, 0.5),
                    names.get(0),
                    quantile(ratios, 0.25),
                    quantile(ratios, 0.75));
        }
    }

    /** By name, what runs it; the first is what the others are compared with. */
    private static Map<String, List<String>> programs(Map<String, String> options) {
        Map<String, List<String>> programs = new LinkedHashMap<>();
        if (options.containsKey("limit")) {
            programs.put("limit", java(options.get("limit"), "batch", "64", "0"));
        }
        programs.put("bare arithmetic", work("bare", options));
        programs.put("negatives given", work("given", options));
        programs.put(options.get("ahead") + " steps touched at once", work("ahead", options));
        programs.put("drawn by popularity", work("drawn", options));
        return programs;
    }

    private static List<String> work(String name, Map<String, String> options) {
        List<String> arguments = new ArrayList<>(List.of(StepTable.class.getName(), "work=" + name));
        options.forEach((option, value) -> arguments.add(option + "=" + value));
        return java(arguments.toArray(String[]::new));
    }

    /** A program run as this one is: the same JVM, with the same flags. */
    private static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        return command;
    }

    private static double run(List<String> program) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            List<String> what = program.subList(program.indexOf("-cp") + 2, program.size());
            throw new IllegalStateException(String.join(" ", what) + " ended with " + process.exitValue());
        }
        Matcher millions = MILLIONS.matcher(printed);
        return millions.find() ? 1e6 * Double.parseDouble(millions.group(1)) : Double.parseDouble(printed);
    }

    private static double stepsPerSecond(Map<String, String> options) {
        int ahead = Integer.parseInt(options.get("ahead"));
        CoreStepBenchmark step = CoreStepBenchmark.of(
                options.get("optimizer"),
                Integer.parseInt(options.get("context")),
                options.get("loss"),
                Integer.parseInt(options.get("dimension")),
                Integer.parseInt(options.get("negatives")));
        return switch (options.get("work")) {
            case "bare" -> measure(() -> step.bare() > 0);
            case "given" -> measure(step::given);
            case "ahead" -> measure(() -> step.given(ahead));
            case "drawn" -> measure(step::drawn);
            default -> throw new IllegalArgumentException("work = " + options.get("work"));
        };
    }

    private static double measure(BooleanSupplier step) {
        double[] rates = new double[TURNS];
        for (int turn = -WARM_UP_TURNS; turn < TURNS; turn++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            repeat(step);
            long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            if (turn >= 0) {
                rates[turn] = 1e9 * STEPS / took;
            }
        }
        return quantile(rates, 0.5);
    }

    private static void repeat(BooleanSupplier step) {
        int taken = 0;
        for (int k = 0; k < STEPS; k++) {
            taken += step.getAsBoolean() ? 1 : 0;
        }
        if (taken < 0) {
            throw new AssertionError();
        }
    }

    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))];
    }
}
