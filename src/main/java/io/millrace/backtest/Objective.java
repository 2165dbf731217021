package io.millrace.backtest;

import io.millrace.backtest.PartitionRun.Looks;
import io.millrace.evaluation.ProbabilityMetrics;
import io.millrace.evaluation.RankMetrics;
import io.millrace.event.InvalidSetting;
import java.util.ArrayList;
import java.util.List;

/**
 * The one number that a search makes better, prequential: a metric of the served ranking, or of the click model. Better is
 * more, except for log-loss.
 */
public final class Objective {

    /**
     * A mean over the events from some place of a stream to another.
     *
     * @param count events it is over: ranked clicks, decided impressions, or requests with both labels
     * @param mean NaN when there are none
     */
    public record Score(long count, double mean) {

        /** The same without the events of an earlier score. */
        Score since(Score earlier) {
            long rest = count - earlier.count;
            double before = earlier.count == 0 ? 0 : earlier.count * earlier.mean;
            return new Score(rest, rest == 0 ? Double.NaN : (count * mean - before) / rest);
        }
    }

    private static final String LOG_LOSS = "log-loss";
    private static final String GROUPED_AUC = "grouped-auc";

    private final String name;
    private final int metric;

    private Objective(String name, int metric) {
        this.name = name;
        this.metric = metric;
    }

    /**
     * @param name {@code recall@K}, {@code ndcg@K} with a K that is measured, {@code mrr}, {@code log-loss} or {@code
     *     grouped-auc}
     */
    public static Objective of(String name, RunConfig.Measure measure) {
        int[] cutoffs = measure.cutoffs().stream().mapToInt(Integer::intValue).toArray();
        List<String> metrics = new RankMetrics(cutoffs, 0.5, measure.window()).names();
        List<String> names = new ArrayList<>(metrics);
        names.addAll(List.of(LOG_LOSS, GROUPED_AUC));
        InvalidSetting.require(names.contains(name), "score", name, "one of " + names);
        return new Objective(name, metrics.indexOf(name));
    }

    public String name() {
        return name;
    }

    /** False when less is better. */
    public boolean isMoreBetter() {
        return !name.equals(LOG_LOSS);
    }

    /** True when impressions are predicted, false when clicks are ranked. */
    public boolean isOfImpressions() {
        return metric < 0;
    }

    Looks looks() {
        return isOfImpressions() ? Looks.CLICKS : Looks.SERVED;
    }

    /** The score since the start of the stream. */
    Score of(PartitionRun run) {
        if (!isOfImpressions()) {
            RankMetrics served = run.ranked().metrics(0);
            return new Score(served.count(RankMetrics.Row.WHOLE), served.mean(RankMetrics.Row.WHOLE, metric));
        }
        ProbabilityMetrics model = run.predicted().metrics(0);
        return name.equals(LOG_LOSS)
                ? new Score(model.count(), model.logLoss())
                : new Score(model.groups(), model.groupedAuc());
    }

    /** Orders means, the best first; what is not a number comes last. */
    int compare(double a, double b) {
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Boolean.compare(Double.isNaN(a), Double.isNaN(b));
        }
        return isMoreBetter() ? Double.compare(b, a) : Double.compare(a, b);
    }
}
