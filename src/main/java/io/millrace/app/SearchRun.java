package io.millrace.app;

import io.millrace.backtest.Cost;
import io.millrace.backtest.Objective;
import io.millrace.backtest.Report;
import io.millrace.backtest.ReportJson;
import io.millrace.backtest.ReportPage;
import io.millrace.backtest.Search;
import io.millrace.backtest.SearchReport;
import io.millrace.config.SearchSpace;
import io.millrace.event.Event;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A search over a history, from the space to the files it leaves. */
final class SearchRun implements Closeable {

    /** Opens the history for the first time. */
    interface Opening {
        History open() throws IOException;
    }

    private final SpaceCandidates candidates;
    private final Objective objective;
    private final Opening opening;
    private final SearchScreen screen;
    private @Nullable History history;

    SearchRun(SpaceCandidates candidates, Objective objective, Opening opening, SearchScreen screen) {
        this.candidates = candidates;
        this.objective = objective;
        this.opening = opening;
        this.screen = screen;
    }

    void search(int budget, long seed, int threads, Path directory) throws IOException, InterruptedException {
        Search search = new Search(candidates, objective, this::again, budget, seed, threads, screen);
        screen.start(candidates.space(), budget, seed);
        Search.Result result = search.run();
        History read = history == null ? opening.open() : history;
        SearchReport found = SearchReport.of(result, candidates, objective, seed, budget, read.facts());
        Report report = Report.of(result.judged(), read.facts());
        Cost cost = Cost.of(result.judged());
        Files.writeString(directory.resolve("best.yaml"), best(candidates.space(), result, found));
        Files.writeString(directory.resolve("search.json"), ReportJson.write(found));
        Files.writeString(directory.resolve("report.json"), ReportJson.write(report));
        Files.writeString(directory.resolve("cost.json"), ReportJson.write(cost));
        Files.writeString(directory.resolve("report.html"), ReportPage.write(report, cost));
        screen.result(found, report, directory);
    }

    private Iterator<Event> again() throws IOException {
        History before = history;
        History anew = before == null ? opening.open() : before.again();
        history = anew;
        screen.reads(anew);
        return anew;
    }

    private static String best(SearchSpace space, Search.Result result, SearchReport found) {
        String head = "# The best of " + found.trials().size() + " configurations that a search from "
                + space.baseName() + " tried; only what differs from the reference.\n";
        return head + space.configuration(result.best().values()).differences();
    }

    @Override
    public void close() throws IOException {
        if (history != null) {
            history.close();
        }
    }
}
