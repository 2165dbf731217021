package io.millrace.backtest;

import io.millrace.evaluation.RankMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a backtest took: unlike the report, this differs from run to run. */
public record Cost(double wallSeconds, int cores, String java, List<Run> runs) {

    /** One configuration: processor seconds of its thread, and what its state holds. */
    public record Run(String name, long events, double cpuSeconds, long stateBytes) {

        /** Events per second of processor time. */
        public double rate() {
            return events / cpuSeconds;
        }

        public String text() {
            return String.format(
                    Locale.ROOT,
                    "%,.0f events/s of processor time, %.1f s, %.1f MB of state",
                    rate(),
                    cpuSeconds,
                    stateBytes / 1e6);
        }
    }

    public static Cost of(Backtest backtest) {
        List<Run> runs = new ArrayList<>();
        for (PartitionRun run : backtest.runs()) {
            runs.add(new Run(run.config().name(), run.events(), run.cpuNs() / 1e9, run.stateBytes()));
        }
        return new Cost(
                backtest.wallNs() / 1e9,
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().toString(),
                runs);
    }

    /** The served ranking's fading recall at the headline's cutoff, by configuration; for a progress line. */
    public static List<String> recallNow(Backtest backtest) {
        List<String> recalls = new ArrayList<>();
        for (PartitionRun run : backtest.runs()) {
            RankMetrics served = run.ranked().metrics(0);
            recalls.add(
                    served.count(RankMetrics.Row.WHOLE) == 0
                            ? "-"
                            : String.format(
                                    Locale.ROOT,
                                    "%s %.4f",
                                    run.config().name(),
                                    served.fading(run.config().measure().headline())));
        }
        return recalls;
    }
}
