package io.millrace.backtest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A report as one page of HTML that needs nothing from anywhere: styles and drawings are in it. */
public final class ReportPage {

    private final Report report;
    private final Cost cost;
    private final StringBuilder html = new StringBuilder(1 << 16);

    private ReportPage(Report report, Cost cost) {
        this.report = report;
        this.cost = cost;
    }

    public static String write(Report report, Cost cost) {
        return new ReportPage(report, cost).page();
    }

    private String page() {
        add(
                "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width,initial-scale=1'>");
        add("<title>Backtest: %s</title><style>%s</style></head><body><main>", name(), style());
        add("<h1>Backtest of %s</h1>", name());
        report.verdict()
                .lines()
                .forEach(sentence -> add(
                        "<p class='verdict %s'>%s</p>",
                        Verdict.loses(sentence) ? "loses" : "wins", Html.escape(sentence)));
        summary();
        if (report.runs().size() > 1) {
            overview();
        }
        for (Report.Run run : report.runs()) {
            run(run);
        }
        costs();
        repeat();
        return html.append("</main></body></html>\n").toString();
    }

    private void summary() {
        Map<String, Object> history = report.history();
        add("<dl class='facts'>");
        fact("events", count(history.get("events")));
        fact("from", time(history.get("firstMs")));
        fact("to", time(history.get("lastMs")));
        fact("configurations", Integer.toString(report.runs().size()));
        if (Boolean.TRUE.equals(history.get("distinct"))) {
            fact("repeats dropped", count(history.get("repeatsDropped")));
        }
        add("</dl>");
        add(
                "<p class='note'>Every click was ranked, and every impression predicted, by the model as it was before; then it"
                        + " was learned. Ranks are among the whole catalogue, never a sample. Intervals are 95 %%, a bootstrap over"
                        + " blocks of consecutive events; p is McNemar&#39;s.</p>");
    }

    private void overview() {
        add("<h2>Configurations compared</h2>");
        List<LineChart.Series> curves = new ArrayList<>();
        for (int k = 0; k < report.runs().size(); k++) {
            Report.Ranking ranking = report.runs().get(k).ranking();
            if (ranking != null) {
                curves.add(new LineChart.Series(
                        report.runs().get(k).name(),
                        "c" + k % 8,
                        points(ranking.lines().get(0).curve())));
            }
        }
        Report.Ranking first = report.runs().get(0).ranking();
        if (first != null) {
            add("<h4>%s of the served rankings over the stream</h4>", first.metric());
            legend(curves);
            add("%s", LineChart.draw("clicks ranked", first.metric(), true, curves));
        }
        List<Report.Difference> differences = report.runs().stream()
                .flatMap(run -> run.againstFirst().stream())
                .toList();
        if (!differences.isEmpty()) {
            add("<h4>Each less the first, on the same clicks</h4>");
            differences(differences);
        }
        settings();
    }

    private void settings() {
        if (report.differences().isEmpty()) {
            add("<p class='note'>The configurations do not differ in anything that is learned.</p>");
            return;
        }
        add("<h3>Settings that differ</h3><div class='scroll'><table><tr><th>setting</th>");
        report.runs().forEach(run -> add("<th>%s</th>", Html.escape(run.name())));
        add("</tr>");
        report.differences().forEach((key, values) -> {
            add("<tr><td><code>%s</code></td>", Html.escape(key));
            values.forEach(value -> add("<td><code>%s</code></td>", Html.escape(value)));
            add("</tr>");
        });
        add("</table></div>");
    }

    private void run(Report.Run run) {
        add("<h2>%s</h2>", Html.escape(run.name()));
        if (run.ranking() != null) {
            ranking(run.ranking());
        }
        if (run.prediction() != null) {
            prediction(run.prediction());
        }
        balance(run);
    }

    private void ranking(Report.Ranking ranking) {
        add(
                "<h3>Ranking</h3><p class='note'>%s of %s clicks ranked (%s), among %s.",
                count(ranking.ranked()),
                count(ranking.clicks()),
                Html.escape(ranking.chosen()),
                Html.escape(ranking.policy()));
        add(" %s items at the end. Items nobody had seen before are misses.", count(ranking.items()));
        if (ranking.seenBefore() > 0) {
            add(
                    " %s clicks were on items that the policy does not recommend again, and are misses.",
                    count(ranking.seenBefore()));
        }
        add("</p>");
        rankingTable(ranking);
        List<LineChart.Series> curves = series(ranking);
        add("<h4>%s over the stream</h4>", ranking.metric());
        legend(curves);
        add("%s", LineChart.draw("clicks ranked", ranking.metric(), true, curves));
        add("<h4>The served ranking less each other, on the same clicks</h4>");
        differences(ranking.lines().stream()
                .map(Report.Line::difference)
                .filter(Objects::nonNull)
                .toList());
        parts(ranking);
        popularity(ranking);
    }

    private void rankingTable(Report.Ranking ranking) {
        int headline = ranking.metrics().indexOf(ranking.metric());
        add("<div class='scroll'><table class='numbers'><tr><th></th>");
        ranking.metrics().forEach(metric -> add("<th>%s</th>", metric));
        String at = ranking.metric().replace("recall", "");
        add("<th>second half, %s</th><th>last 20 %%, %s</th><th>fading, %s</th></tr>", at, at, at);
        double[] best = best(ranking);
        for (Report.Line line : ranking.lines()) {
            add("<tr class='%s'><td>%s</td>", line.learned() ? "learned" : "baseline", Html.escape(line.name()));
            for (int m = 0; m < line.whole().length; m++) {
                cell(line.whole()[m], line.whole()[m] == best[m]);
            }
            cell(line.secondHalf()[headline], false);
            cell(line.lastFifth()[headline], false);
            cell(line.fading()[headline], false);
            add("</tr>");
        }
        add("</table></div>");
    }

    private static double[] best(Report.Ranking ranking) {
        double[] best = new double[ranking.metrics().size()];
        for (Report.Line line : ranking.lines()) {
            for (int m = 0; m < best.length; m++) {
                best[m] = Math.max(best[m], line.whole()[m]);
            }
        }
        return best;
    }

    private void cell(double value, boolean isBest) {
        add("<td class='%s'>%s</td>", isBest ? "best" : "", Double.isNaN(value) ? "–" : format("%.4f", value));
    }

    private static List<LineChart.Series> series(Report.Ranking ranking) {
        List<LineChart.Series> curves = new ArrayList<>();
        for (int k = 0; k < ranking.lines().size(); k++) {
            Report.Line line = ranking.lines().get(k);
            curves.add(new LineChart.Series(line.name(), "c" + k % 8, points(line.curve())));
        }
        return curves;
    }

    /** Horizontal is the number of events so far; vertical the value. */
    private static List<double[]> points(List<double[]> curve) {
        return curve.stream().map(point -> new double[] {point[0], point[2]}).toList();
    }

    private void legend(List<LineChart.Series> curves) {
        add("<p class='legend'>");
        curves.forEach(curve -> add("<span><i class='%s'></i>%s</span>", curve.style(), Html.escape(curve.name())));
        add("</p>");
    }

    private void differences(List<Report.Difference> differences) {
        double limit = 1e-9;
        for (Report.Difference d : differences) {
            limit = Math.max(limit, Math.max(Math.abs(d.mean()), Math.max(orZero(d.low()), orZero(d.high()))));
        }
        add(
                "<div class='scroll'><table class='numbers'><tr><th></th><th>difference</th><th class='plot'>behind &nbsp; | &nbsp; ahead</th><th>better on</th><th>worse on</th><th>p</th></tr>");
        for (Report.Difference d : differences) {
            add(
                    "<tr><td>%s</td><td>%s</td><td class='plot'>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>",
                    Html.escape(d.of() + " − " + d.against()),
                    Html.escape(Verdict.interval(d).replace("95 % ", "")),
                    PointChart.interval(d.mean(), d.low(), d.high(), limit * 1.05),
                    count(d.wins()),
                    count(d.losses()),
                    d.p() < 1e-4 ? "&lt; 0.0001" : format("%.4f", d.p()));
        }
        add("</table></div>");
    }

    private static double orZero(double x) {
        return Double.isNaN(x) ? 0 : Math.abs(x);
    }

    private void parts(Report.Ranking ranking) {
        int headline = ranking.metrics().indexOf(ranking.metric());
        add("<h4>%s by what was known</h4><div class='scroll'><table class='numbers'><tr><th></th>", ranking.metric());
        Map<String, double[]> first = ranking.lines().get(0).parts();
        first.forEach((part, values) -> add("<th>%s<br><small>%s clicks</small></th>", part, count((long) values[0])));
        add("</tr>");
        for (Report.Line line : ranking.lines()) {
            add("<tr class='%s'><td>%s</td>", line.learned() ? "learned" : "baseline", Html.escape(line.name()));
            line.parts().values().forEach(values -> cell(values[1 + headline], false));
            add("</tr>");
        }
        add("</table></div>");
    }

    private void popularity(Report.Ranking ranking) {
        List<LineChart.Series> recalls = new ArrayList<>();
        List<LineChart.Series> shown = new ArrayList<>();
        shown.add(new LineChart.Series("clicked", "c7", byDecile(ranking.clicked())));
        int best = bestBaseline(ranking);
        for (int k : new int[] {0, 1, best}) {
            Report.Line line = ranking.lines().get(k);
            recalls.add(new LineChart.Series(line.name(), "c" + k % 8, byDecile(line.deciles())));
            shown.add(new LineChart.Series(
                    "recommended first by " + line.name(), "c" + k % 8, byDecile(line.recommended())));
        }
        add("<h4>Popularity bias: what is recommended first, against what is clicked</h4>");
        legend(shown);
        add("%s", PointChart.deciles(shown));
        add("<h4>%s by popularity of the clicked item</h4>", ranking.metric());
        legend(recalls);
        add("%s", PointChart.deciles(recalls));
    }

    private static int bestBaseline(Report.Ranking ranking) {
        int headline = ranking.metrics().indexOf(ranking.metric());
        int best = 2;
        for (int k = 2; k < ranking.lines().size() - 1; k++) {
            best = ranking.lines().get(k).whole()[headline]
                            > ranking.lines().get(best).whole()[headline]
                    ? k
                    : best;
        }
        return best;
    }

    private static List<double[]> byDecile(double[] values) {
        List<double[]> points = new ArrayList<>();
        for (int k = 0; k < values.length; k++) {
            points.add(new double[] {k, values[k]});
        }
        return points;
    }

    private void prediction(Report.Prediction prediction) {
        add(
                "<h3>Click prediction</h3><p class='note'>%s impressions were decided, %s of them clicked.</p>",
                count(prediction.decided()), count(prediction.clicks()));
        add(
                "<div class='scroll'><table class='numbers'><tr><th></th><th>log-loss</th><th>normalised entropy</th><th>AUC</th><th>AUC per request</th><th>ECE</th><th>predicted / clicked</th></tr>");
        for (Report.Forecast line : prediction.lines()) {
            add("<tr class='%s'><td>%s</td>", line.learned() ? "learned" : "baseline", Html.escape(line.name()));
            for (double value : new double[] {
                line.logLoss(), line.normalisedEntropy(), line.auc(), line.groupedAuc(), line.ece(), line.calibration()
            }) {
                cell(value, false);
            }
            add("</tr>");
        }
        add("</table></div>");
        List<LineChart.Series> curves = new ArrayList<>();
        for (int k = 0; k < prediction.lines().size(); k++) {
            Report.Forecast line = prediction.lines().get(k);
            curves.add(new LineChart.Series(line.name(), "c" + k, points(line.curve())));
        }
        add("<h4>Log-loss over the stream; less is better</h4>");
        legend(curves);
        add("%s", LineChart.draw("impressions decided", "log-loss", false, curves));
        add("<h4>The click model less each other, in nats per impression</h4>");
        differences(prediction.lines().stream()
                .map(Report.Forecast::difference)
                .filter(Objects::nonNull)
                .toList());
        add(
                "<div class='two'><div><h4>Calibration of the click model</h4><div class='square'>%s</div></div><div>",
                PointChart.calibration(prediction.calibration()));
        offPolicy(prediction.offPolicy());
        add("</div></div>");
    }

    private void offPolicy(Map<String, Object> estimates) {
        add(
                "<h4>Off-policy estimate</h4><p class='note'>Policy: %s.</p>",
                Html.escape(String.valueOf(estimates.get("policy"))));
        if (estimates.containsKey("refused")) {
            add("<p class='note'>No estimate: %s.</p>", Html.escape(String.valueOf(estimates.get("refused"))));
            return;
        }
        add("<table class='numbers'>");
        estimates.forEach((name, value) -> {
            if (!name.equals("policy")) {
                add(
                        "<tr><td>%s</td><td>%s</td></tr>",
                        Html.escape(name),
                        value instanceof double[] i
                                ? format("%.5f (%.5f to %.5f)", i[0], i[1], i[2])
                                : value instanceof Double d ? format("%.2f", d) : count(value));
            }
        });
        add("</table>");
    }

    private void balance(Report.Run run) {
        add("<details><summary>Where all events went</summary><table class='numbers'>");
        run.balance().forEach((kind, counts) -> {
            add("<tr><td>%s</td><td class='left'>", Html.escape(kind));
            counts.forEach((name, count) -> add("<span class='pair'>%s %s</span> ", Html.escape(name), count(count)));
            add("</td></tr>");
        });
        add("</table></details>");
    }

    private void costs() {
        add(
                "<h2>Cost</h2><div class='scroll'><table class='numbers'><tr><th></th><th>events/s of processor time</th><th>processor seconds</th><th>state, MB</th></tr>");
        for (Cost.Run run : cost.runs()) {
            add(
                    "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>",
                    Html.escape(run.name()),
                    count(Math.round(run.rate())),
                    format("%.1f", run.cpuSeconds()),
                    format("%.1f", run.stateBytes() / 1e6));
        }
        add(
                "</table></div><p class='note'>%s s in all on %d cores, Java %s. Ranking by every line of the tables is part of it.</p>",
                format("%.1f", cost.wallSeconds()), cost.cores(), Html.escape(cost.java()));
    }

    private void repeat() {
        add(
                "<h2>To repeat it</h2><p class='note'>The same history and settings give these digests again, on any machine: SHA-256 over every example with its negatives, and over every row that was moved.</p>");
        add(
                "<div class='scroll'><table><tr><th></th><th>settings</th><th>examples</th><th>ledger</th><th>rows</th></tr>");
        for (Report.Run run : report.runs()) {
            add(
                    "<tr><td>%s</td><td><code>%s</code></td><td>%s</td><td><code>%s…</code></td><td><code>%s…</code></td></tr>",
                    Html.escape(run.name()),
                    Html.escape(run.digest()),
                    count(run.examples()),
                    run.ledger().substring(0, 24),
                    run.rows().substring(0, 24));
        }
        add("</table></div><details><summary>What was read</summary><table>");
        report.history()
                .forEach((key, value) -> add(
                        "<tr><td>%s</td><td><code>%s</code></td></tr>",
                        Html.escape(key), Html.escape(String.valueOf(value))));
        add("</table></details>");
        for (Report.Run run : report.runs()) {
            add("<details><summary>All settings of %s</summary><pre>", Html.escape(run.name()));
            run.settings().forEach((key, value) -> add("%s: %s%n", Html.escape(key), Html.escape(value)));
            add("</pre></details>");
        }
    }

    private void fact(String name, String value) {
        add("<div><dt>%s</dt><dd>%s</dd></div>", name, Html.escape(value));
    }

    private String name() {
        return Html.escape(String.valueOf(report.history().get("name")));
    }

    private static String count(@Nullable Object number) {
        return number instanceof Number n ? format("%,d", n.longValue()) : String.valueOf(number);
    }

    private static String time(@Nullable Object ms) {
        return ms instanceof Number n
                ? Instant.ofEpochMilli(n.longValue())
                        .toString()
                        .replaceFirst("\\.\\d+Z$", "Z")
                        .replace('T', ' ')
                : "–";
    }

    private void add(String format, Object... values) {
        html.append(format(format, values));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String style() {
        try (InputStream in = ReportPage.class.getResourceAsStream("/web/report.css")) {
            return new String(Objects.requireNonNull(in, "report.css").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
