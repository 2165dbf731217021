package io.millrace.app;

import io.millrace.backtest.Backtest;
import io.millrace.backtest.Objective;
import io.millrace.backtest.Report;
import io.millrace.backtest.Search;
import io.millrace.backtest.SearchReport;
import io.millrace.backtest.Trial;
import io.millrace.config.SearchSpace;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What a search says on the terminal: each stage, a line every few seconds, then the best and what lies around it. */
final class SearchScreen implements Search.Progress {

    private static final long EVERY_NS = 3_000_000_000L;

    /** Configurations of a stage that are listed when it ends. */
    private static final int LISTED = 5;

    private final PrintWriter out;
    private final Objective objective;
    private @Nullable History history;
    private long nextNs;

    SearchScreen(PrintWriter out, Objective objective) {
        this.out = out;
        this.objective = objective;
    }

    void start(SearchSpace space, int budget, long seed) {
        say(
                "search",
                String.format(
                        Locale.ROOT,
                        "%d configurations from %s, seed %d, by %s%s",
                        budget,
                        space.baseName(),
                        seed,
                        objective.name(),
                        objective.isMoreBetter() ? "" : ", less is better"));
        space.baseValues().forEach((key, value) -> say("", key + " = " + value));
    }

    void reads(History now) {
        if (history == null) {
            say("history", now.name());
        }
        history = now;
    }

    private void say(String what, String text) {
        out.printf(Locale.ROOT, "  %-10s %s%n", what, text);
        out.flush();
    }

    @Override
    public void begins(String stage, int configurations, long events) {
        nextNs = EVERY_NS;
        out.println();
        out.printf(
                Locale.ROOT,
                "  %s: %d configuration%s, to event %,d%n",
                stage,
                configurations,
                configurations == 1 ? "" : "s",
                events);
        out.flush();
    }

    @Override
    public void at(Backtest stage) {
        if (stage.wallNs() < nextNs) {
            return;
        }
        nextNs = stage.wallNs() + EVERY_NS;
        double seconds = stage.wallNs() / 1e9;
        say(
                "",
                String.format(
                        Locale.ROOT,
                        "%,d events, %,.0f events/s each, %.0f s",
                        stage.events(),
                        stage.events() / seconds,
                        seconds));
    }

    @Override
    public void ends(List<Trial> ranked, int kept) {
        for (Trial trial : ranked.subList(0, Math.min(LISTED, ranked.size()))) {
            say(
                    "#" + trial.number(),
                    String.format(Locale.ROOT, "%.4f  ", trial.last().score().mean()) + text(trial.values()));
        }
        if (ranked.stream()
                                .mapToDouble(trial -> trial.last().score().mean())
                                .distinct()
                                .count()
                        < 2
                && ranked.size() > 1) {
            say(
                    "warning",
                    "all are equal: does anything that is searched change " + objective.name() + "? ranking.served = "
                            + ranked.get(0).config().ranking().served()
                            + (objective.isOfImpressions() ? "" : ", and only blend and embedding use learning.*"));
        }
        if (kept < ranked.size()) {
            say("", "the better " + kept + " and the base go on");
        }
    }

    void result(SearchReport found, Report report, Path directory) {
        SearchReport.Choice base = found.choice().get(0);
        SearchReport.Choice best = found.choice().get(1);
        out.println();
        out.println(report.verdict());
        out.println();
        out.printf(
                Locale.ROOT,
                "  %-12s %12s %12s   %s%n",
                found.score(),
                "first half",
                "held out",
                "chosen on the first half, so only the second is a test");
        choice("base", base);
        choice("best, #" + best.number(), best);
        if (best.number() == base.number()) {
            say("", "nothing that was tried is better than the base on the first half");
        }
        differences(base.values(), best.values());
        neighbours(found);
        if (found.refused() > 0) {
            say("refused", found.refused() + " draws of values that do not go together");
        }
        say("run it", "millrace run --config " + directory.resolve("best.yaml"));
        say("report", directory.resolve("report.html") + ", all that was tried in search.json");
    }

    private void choice(String name, SearchReport.Choice choice) {
        out.printf(Locale.ROOT, "  %-12s %12.4f %12.4f%n", name, choice.firstHalf(), choice.heldOut());
    }

    private void differences(Map<String, String> base, Map<String, String> best) {
        best.forEach((key, value) -> {
            if (!Objects.equals(base.get(key), value)) {
                say("", key + " = " + value + ", in the base " + base.get(key));
            }
        });
    }

    private void neighbours(SearchReport found) {
        out.println();
        out.printf(
                "  %-10s %9s %9s %12s   %s%n",
                "neighbours", found.score(), "the best", "to event", "what is different");
        for (SearchReport.Neighbour neighbour : found.neighbours()) {
            out.printf(
                    Locale.ROOT,
                    "  %-10s %9.4f %9.4f %,12d   %s%n",
                    "#" + neighbour.number(),
                    neighbour.mean(),
                    neighbour.bestMean(),
                    neighbour.events(),
                    text(neighbour.differs()));
        }
        out.println();
    }

    private static String text(Map<String, String> values) {
        StringJoiner text = new StringJoiner(", ");
        values.forEach((key, value) -> text.add(key + " = " + value));
        return text.toString();
    }
}
