package io.millrace.app;

import io.millrace.backtest.Backtest;
import io.millrace.backtest.Cost;
import io.millrace.backtest.Report;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a backtest says on the terminal: a line every few seconds, then the tables. */
final class BacktestScreen {

    private static final long EVERY_NS = 3_000_000_000L;

    private final PrintWriter out;
    private long nextNs = EVERY_NS;
    private boolean begun;

    BacktestScreen(PrintWriter out) {
        this.out = out;
    }

    void say(String what, String text) {
        out.printf(Locale.ROOT, "  %-9s %s%n", what, text);
        out.flush();
    }

    void start(History history, int configurations) {
        say("history", history.name());
        say("runs", configurations + (configurations == 1 ? " configuration" : " configurations, side by side"));
    }

    void at(Backtest backtest, History history) {
        if (backtest.wallNs() < nextNs) {
            return;
        }
        nextNs = backtest.wallNs() + EVERY_NS;
        if (!begun) {
            out.printf(
                    "%n  %9s %12s %10s %8s %8s  %s%n", "done", "events", "events/s", "CPU s", "left", "recall, served");
            begun = true;
        }
        out.printf(
                Locale.ROOT,
                "  %9s %,12d %,10.0f %8.1f %8s  %s%n",
                done(history.share()),
                backtest.events(),
                backtest.events() / (backtest.wallNs() / 1e9),
                backtest.cpuNs() / 1e9,
                left(history.share(), backtest.wallNs()),
                String.join("  ", Cost.recallNow(backtest)));
        out.flush();
    }

    private static String done(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    private static String left(double share, long wallNs) {
        if (!(share > 0.01)) {
            return "-";
        }
        long seconds = Math.round(wallNs / 1e9 * (1 - share) / share);
        return seconds >= 60 ? seconds / 60 + "m " + seconds % 60 + "s" : seconds + "s";
    }

    void result(Report report, Cost cost) {
        out.println();
        out.println(report.verdict());
        for (int k = 0; k < report.runs().size(); k++) {
            Report.Run run = report.runs().get(k);
            out.println();
            out.printf("%s  (settings %s)%n", run.name(), run.digest());
            table(run.ranking());
            table(run.prediction());
            run.againstFirst().forEach(this::difference);
            say("ledger", run.examples() + " examples, sha256 " + run.ledger().substring(0, 16));
            say("rows", "sha256 " + run.rows().substring(0, 16));
            say("cost", cost.runs().get(k).text());
        }
        out.flush();
    }

    private void table(Report.@Nullable Ranking ranking) {
        if (ranking == null) {
            return;
        }
        List<String> names = ranking.metrics();
        out.printf(
                "  %d of %d clicks ranked (%s), %d items, %s%n",
                ranking.ranked(), ranking.clicks(), ranking.chosen(), ranking.items(), ranking.policy());
        out.printf("  %-34s", "");
        names.forEach(name -> out.printf(" %9s", name));
        out.printf(" %14s%n", "last 20 %, " + ranking.metric().replace("recall", ""));
        int headline = names.indexOf(ranking.metric());
        for (Report.Line line : ranking.lines()) {
            out.printf("  %-34s", (line.learned() ? "* " : "  ") + line.name());
            for (double value : line.whole()) {
                out.printf(Locale.ROOT, " %9.4f", value);
            }
            out.printf(Locale.ROOT, " %14.4f%n", line.lastFifth()[headline]);
        }
    }

    private void table(Report.@Nullable Prediction prediction) {
        if (prediction == null) {
            return;
        }
        out.printf("  %d impressions decided, %d clicked%n", prediction.decided(), prediction.clicks());
        out.printf("  %-34s %9s %9s %9s %9s %9s %9s%n", "", "log-loss", "NE", "AUC", "GAUC", "ECE", "calibr.");
        for (Report.Forecast line : prediction.lines()) {
            out.printf(
                    Locale.ROOT,
                    "  %-34s %9.4f %9.4f %9.4f %9.4f %9.4f %9.3f%n",
                    (line.learned() ? "* " : "  ") + line.name(),
                    line.logLoss(),
                    line.normalisedEntropy(),
                    line.auc(),
                    line.groupedAuc(),
                    line.ece(),
                    line.calibration());
        }
        Object refused = prediction.offPolicy().get("refused");
        say("off-policy", refused != null ? "refused: " + refused : "IPS, SNIPS and DR are in the report");
    }

    private void difference(Report.Difference difference) {
        out.printf(
                Locale.ROOT,
                "  %s against %s: %+.4f (95 %% %+.4f to %+.4f), p %.2g%n",
                difference.of(),
                difference.against(),
                difference.mean(),
                difference.low(),
                difference.high(),
                difference.p());
    }
}
