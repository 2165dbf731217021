package io.millrace.backtest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The first lines of a report: what was learned beats the baselines, or it does not; what does not comes first. */
final class Verdict {

    private static final String LOSES = " does NOT beat the baselines: ";

    private Verdict() {}

    static String of(List<Report.Run> runs) {
        List<String> sentences = new ArrayList<>();
        for (Report.Run run : runs) {
            String who = runs.size() == 1 ? "" : run.name() + ": ";
            if (run.ranking() != null) {
                sentences.add(who + ranking(run.ranking()));
            }
            if (run.prediction() != null) {
                sentences.add(who + prediction(run.prediction()));
            }
        }
        sentences.sort(Comparator.comparing(sentence -> !loses(sentence)));
        return sentences.isEmpty()
                ? "Nothing was evaluated: no click was ranked and no impression decided."
                : String.join("\n", sentences);
    }

    static boolean loses(String sentence) {
        return sentence.contains(LOSES) || sentence.startsWith("Nothing");
    }

    private static String ranking(Report.Ranking ranking) {
        int metric = ranking.metrics().indexOf(ranking.metric());
        Report.Line served = ranking.lines().get(0);
        Report.Line best = ranking.lines().stream()
                .filter(line -> !line.learned())
                .max(Comparator.comparingDouble(line -> line.whole()[metric]))
                .orElseThrow();
        String figures = String.format(
                Locale.ROOT,
                "%s has %s %.4f, the best baseline (%s) %.4f",
                served.name(),
                ranking.metric(),
                served.whole()[metric],
                best.name(),
                best.whole()[metric]);
        return sentence("The served ranking", best.difference(), figures);
    }

    private static String prediction(Report.Prediction prediction) {
        Report.Forecast model = prediction.lines().get(0);
        Report.Forecast best = prediction.lines().stream()
                .filter(line -> !line.learned())
                .min(Comparator.comparingDouble(Report.Forecast::logLoss))
                .orElseThrow();
        String figures = String.format(
                Locale.ROOT,
                "%s has log-loss %.4f, the best baseline (%s) %.4f",
                model.name(),
                model.logLoss(),
                best.name(),
                best.logLoss());
        return sentence("The click prediction", best.difference(), figures);
    }

    private static String sentence(String what, Report.@Nullable Difference difference, String figures) {
        String beats = difference == null || difference.isAhead() ? " beats every baseline: " : LOSES;
        return what + beats + figures + "; difference " + (difference == null ? "none" : interval(difference)) + ".";
    }

    static String interval(Report.Difference d) {
        return Double.isNaN(d.low())
                ? String.format(Locale.ROOT, "%+.4f (too few events for an interval)", d.mean())
                : String.format(Locale.ROOT, "%+.4f (95 %% %+.4f to %+.4f)", d.mean(), d.low(), d.high());
    }
}
