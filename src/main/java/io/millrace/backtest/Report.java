package io.millrace.backtest;

import io.millrace.attribution.Balance;
import io.millrace.evaluation.Estimate;
import io.millrace.evaluation.OffPolicy;
import io.millrace.evaluation.PairedComparison;
import io.millrace.evaluation.ProbabilityMetrics;
import io.millrace.evaluation.RankMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a backtest found, without anything that another run of the same would find differently: no times, no places.
 *
 * @param verdict whether the served ranking beats the baselines, first
 * @param differences settings in which the configurations differ: key to one value per configuration
 */
public record Report(
        String verdict, Map<String, Object> history, List<Run> runs, Map<String, List<String>> differences) {

    /**
     * One configuration.
     *
     * @param balance where all events went
     * @param negatives by sampler: drawn for the users watched, and of those clicked by them later
     * @param ranking null when nothing was ranked
     * @param prediction null when there were no impressions
     */
    public record Run(
            String name,
            String digest,
            String ledger,
            String rows,
            long examples,
            long discarded,
            Map<String, Map<String, Long>> balance,
            Map<String, Map<String, Long>> negatives,
            @Nullable Ranking ranking,
            @Nullable Prediction prediction,
            List<Difference> againstFirst,
            Map<String, String> settings) {}

    /**
     * Full-catalogue ranks.
     *
     * @param policy what is not recommended
     * @param lines the served ranking first
     * @param clicked share of clicks by tenth of popularity
     */
    public record Ranking(
            String metric,
            long clicks,
            long ranked,
            String chosen,
            String policy,
            long seenBefore,
            int items,
            List<String> metrics,
            List<Line> lines,
            double[] clicked) {}

    /**
     * One ranker.
     *
     * @param learned false for a baseline
     * @param whole means of all metrics; the rest likewise
     * @param parts by what was known: count, then means
     * @param deciles recall at the headline's cutoff by tenth of popularity of the clicked item
     * @param recommended share of first places by tenth of popularity
     * @param difference the served line less this one; null for itself
     */
    public record Line(
            String name,
            boolean learned,
            double[] whole,
            double[] secondHalf,
            double[] lastFifth,
            double[] fading,
            double[] window,
            double[] windowError,
            Map<String, double[]> parts,
            double[] deciles,
            double[] recommended,
            List<double[]> curve,
            @Nullable Difference difference) {}

    /** Two lines on the same events: mean difference with its 95 % interval, McNemar's p. */
    public record Difference(
            String of,
            String against,
            long events,
            double mean,
            double low,
            double high,
            long wins,
            long losses,
            double p) {

        static Difference of(String of, String against, PairedComparison paired) {
            Estimate estimate = paired.difference(1);
            return new Difference(
                    of,
                    against,
                    paired.count(),
                    estimate.value(),
                    estimate.low(),
                    estimate.high(),
                    paired.wins(),
                    paired.losses(),
                    paired.p());
        }

        boolean isAhead() {
            return mean > 0 && !(low <= 0);
        }
    }

    /** Predicted clicks of impressions. */
    public record Prediction(
            long decided,
            long clicks,
            List<Forecast> lines,
            List<double[]> calibration,
            Map<String, Object> offPolicy) {}

    /** One predictor; curve points are (events so far, log-loss). */
    public record Forecast(
            String name,
            boolean learned,
            double logLoss,
            double normalisedEntropy,
            double auc,
            double groupedAuc,
            long groups,
            double ece,
            double calibration,
            List<double[]> curve,
            @Nullable Difference difference) {}

    private static final int CURVE_POINTS = 60;

    /** Ends the runs' ledgers. */
    public static Report of(Backtest backtest, Map<String, Object> history) {
        List<Run> runs = new ArrayList<>();
        for (int k = 0; k < backtest.runs().size(); k++) {
            runs.add(run(backtest, k));
        }
        return new Report(Verdict.of(runs), history, runs, differences(backtest.runs()));
    }

    private static Run run(Backtest backtest, int number) {
        PartitionRun run = backtest.runs().get(number);
        boolean ranks = run.ranked().metrics(0).count(RankMetrics.Row.WHOLE) > 0;
        boolean predicts = run.predicted().metrics(0).count() > 0;
        Balance balance = run.pipeline().balance();
        return new Run(
                run.config().name(),
                run.config().digest(),
                run.endLedger(),
                run.rowsDigest(),
                run.examples(),
                run.pipeline().learner().discarded(),
                balance.view(),
                run.pipeline().sampling().falseNegatives().counts(),
                ranks ? ranking(run) : null,
                predicts ? prediction(run.predicted()) : null,
                number == 0 || !ranks ? List.of() : againstFirst(backtest, number),
                new TreeMap<>(run.config().settings()));
    }

    private static List<Difference> againstFirst(Backtest backtest, int number) {
        List<Difference> all = new ArrayList<>();
        for (int line = 0; line < 2; line++) {
            all.add(Difference.of(
                    nameOf(backtest.runs().get(number), line),
                    nameOf(backtest.runs().get(0), line),
                    backtest.paired(number, line)));
        }
        return all;
    }

    private static String nameOf(PartitionRun run, int line) {
        return run.lines().all().get(line).name() + " of " + run.config().name();
    }

    private static Ranking ranking(PartitionRun run) {
        RankedClicks ranked = run.ranked();
        RunConfig.Measure measure = run.config().measure();
        List<Line> lines = new ArrayList<>();
        for (int k = 0; k <= ranked.rankers().size(); k++) {
            lines.add(line(run, k));
        }
        return new Ranking(
                "recall@" + measure.cutoffs().get(measure.headline()),
                ranked.clicks(),
                ranked.metrics(0).count(RankMetrics.Row.WHOLE),
                measure.every() > 0 ? "one in " + measure.every() : "share " + measure.share() + " by hash",
                measure.recommendSeen()
                        ? "all items known so far"
                        : "all items known so far, without those the user has clicked",
                ranked.seenBefore(),
                run.pipeline().catalog().size(),
                ranked.metrics(0).names(),
                lines,
                shares(ranked.clicked()));
    }

    private static Line line(PartitionRun run, int k) {
        RankedClicks ranked = run.ranked();
        RankMetrics metrics = ranked.metrics(k);
        int headline = run.config().measure().headline();
        boolean isChance = k == ranked.rankers().size();
        int n = metrics.names().size();
        String name = isChance ? "random" : ranked.rankers().get(k).name();
        String served = ranked.rankers().get(0).name();
        return new Line(
                name,
                k < run.lines().learned().size(),
                each(n, m -> metrics.mean(RankMetrics.Row.WHOLE, m)),
                part(ranked.curve().meansFrom(0.5), k, n),
                part(ranked.curve().meansFrom(0.8), k, n),
                each(n, metrics::fading),
                each(n, metrics::windowMean),
                each(n, metrics::windowError),
                parts(metrics, n),
                each(RankedClicks.DECILES, d -> metrics.decileMean(d, headline)),
                isChance ? new double[0] : shares(ranked.recommended(k)),
                curve(ranked.curve(), k * n + headline),
                k == 0 ? null : Difference.of(served, name, ranked.paired(k)));
    }

    private static double[] part(double[] all, int line, int n) {
        return each(n, m -> all[line * n + m]);
    }

    private static Map<String, double[]> parts(RankMetrics metrics, int n) {
        Map<String, double[]> parts = new LinkedHashMap<>();
        for (RankMetrics.Row row : RankMetrics.Row.values()) {
            double[] values = new double[n + 1];
            values[0] = metrics.count(row);
            System.arraycopy(each(n, m -> metrics.mean(row, m)), 0, values, 1, n);
            parts.put(row.name().toLowerCase(Locale.ROOT).replace('_', ' '), values);
        }
        return parts;
    }

    private interface ByIndex {
        double value(int index);
    }

    private static double[] each(int n, ByIndex values) {
        double[] all = new double[n];
        for (int k = 0; k < n; k++) {
            all[k] = values.value(k);
        }
        return all;
    }

    private static double[] shares(long[] counts) {
        double total = 0;
        for (long count : counts) {
            total += count;
        }
        double sum = total;
        return each(counts.length, k -> counts[k] / sum);
    }

    private static List<double[]> curve(Curve curve, int value) {
        List<double[]> points = new ArrayList<>();
        double events = 0;
        for (Curve.Point point : curve.points(CURVE_POINTS)) {
            events += point.observations();
            points.add(new double[] {events, point.toMs(), point.means()[value]});
        }
        return points;
    }

    private static Prediction prediction(PredictedClicks predicted) {
        List<Forecast> lines = new ArrayList<>();
        for (int k = 0; k < PredictedClicks.LINES.size(); k++) {
            lines.add(forecast(predicted, k));
        }
        List<double[]> calibration = new ArrayList<>();
        Bins bins = predicted.bins();
        for (int bin = 0; bin < bins.size(); bin++) {
            if (bins.count(bin) > 0) {
                calibration.add(new double[] {bins.predicted(bin), bins.observed(bin), bins.count(bin)});
            }
        }
        ProbabilityMetrics first = predicted.metrics(0);
        return new Prediction(first.count(), first.clicks(), lines, calibration, offPolicy(predicted));
    }

    private static Forecast forecast(PredictedClicks predicted, int k) {
        ProbabilityMetrics metrics = predicted.metrics(k);
        String name = PredictedClicks.LINES.get(k);
        return new Forecast(
                name,
                k < PredictedClicks.LEARNED,
                metrics.logLoss(),
                metrics.normalisedEntropy(),
                predicted.auc(k),
                metrics.groupedAuc(),
                metrics.groups(),
                metrics.ece(),
                metrics.calibration(),
                curve(predicted.curve(), k),
                k == 0 ? null : Difference.of(PredictedClicks.LINES.get(0), name, predicted.paired(k)));
    }

    private static Map<String, Object> offPolicy(PredictedClicks predicted) {
        Map<String, Object> all = new LinkedHashMap<>();
        String refusal = predicted.offPolicyRefusal();
        OffPolicy estimates = predicted.offPolicy();
        all.put("policy", "items shown by the softmax of the embeddings' scores");
        if (refusal != null) {
            all.put("refused", refusal);
            return all;
        }
        all.put("impressions", estimates.count());
        all.put("effective sample size", estimates.ess());
        all.put("largest weight", estimates.highestWeight());
        all.put("clipped", estimates.clipped());
        all.put("mean weight", interval(estimates.meanWeight()));
        all.put(
                "control",
                estimates.meanWeight().covers(1)
                        ? "passed: the mean weight is 1 within its interval"
                        : "failed: the mean weight is not 1 within its interval, so propensities or support are off");
        all.put("IPS", interval(estimates.ips()));
        all.put("SNIPS", interval(estimates.snips()));
        all.put("DR", interval(estimates.dr()));
        return all;
    }

    private static double[] interval(Estimate estimate) {
        return new double[] {estimate.value(), estimate.low(), estimate.high()};
    }

    private static Map<String, List<String>> differences(List<PartitionRun> runs) {
        TreeSet<String> keys = new TreeSet<>();
        runs.forEach(run -> keys.addAll(run.config().settings().keySet()));
        Map<String, List<String>> differences = new LinkedHashMap<>();
        for (String key : keys) {
            List<String> values = runs.stream()
                    .map(run -> run.config().settings().getOrDefault(key, ""))
                    .toList();
            if (values.stream().distinct().count() > 1) {
                differences.put(key, values);
            }
        }
        return differences;
    }
}
