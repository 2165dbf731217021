package io.millrace.backtest;

import io.millrace.evaluation.PairedComparison;
import io.millrace.evaluation.RankMetrics;
import io.millrace.evaluation.Ranks;
import io.millrace.event.Click;
import io.millrace.event.CounterRandom;
import io.millrace.pipeline.ClickQuestion;
import io.millrace.pipeline.Evaluator;
import io.millrace.pipeline.Pipeline;
import io.millrace.ranking.Query;
import io.millrace.ranking.Ranker;
import io.millrace.sampling.Catalog;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranks the item of a click against the whole catalog by every line of the report, before anyone learns from the click,
 * then teaches the rankers. Which clicks are ranked is decided by their number, or as {@link ClickQuestion} says, which also
 * says what is a miss.
 */
final class RankedClicks implements Evaluator {

    /** Which decile the recommendations come from is looked at on each n-th ranked click. */
    static final int BIAS_EVERY = 8;

    static final int DECILES = 10;

    /** Events of the sliding McNemar test. */
    private static final int PAIRED_WINDOW = 10_000;

    private final RunConfig.Measure measure;
    private final ClickQuestion question;
    private final int reach;
    private final List<Ranker> rankers;
    private final int popularity;
    private final List<RankMetrics> metrics = new ArrayList<>();
    private final List<PairedComparison> paired = new ArrayList<>();
    private final long[][] recommended;
    private final long[] clicked = new long[DECILES];
    private final Curve curve;
    private final double[] observed;
    private final double[] ranks;
    private final CounterRandom chance = new CounterRandom();
    private float[] popular = new float[0];
    private float[] scores = new float[0];
    private long clicks;
    private long seenBefore;
    private Ranked chunk = new Ranked();

    /** @param rankers the line that is served first, that of plain popularity last; the line of chance is added */
    RankedClicks(RunConfig.Measure measure, Catalog catalog, List<Ranker> rankers) {
        this.measure = measure;
        this.rankers = rankers;
        question = new ClickQuestion(catalog, measure.recommendSeen());
        reach = rankers.stream().mapToInt(Ranker::reach).max().orElse(0);
        popularity = rankers.size() - 1;
        int[] cutoffs = measure.cutoffs().stream().mapToInt(Integer::intValue).toArray();
        for (int k = 0; k <= rankers.size(); k++) {
            metrics.add(new RankMetrics(cutoffs, 1 - 1.0 / measure.window(), measure.window()));
            paired.add(new PairedComparison(PAIRED_WINDOW));
        }
        recommended = new long[rankers.size()][DECILES];
        ranks = new double[rankers.size() + 1];
        observed = new double[ranks.length * metrics.get(0).names().size()];
        curve = new Curve(observed.length);
    }

    @Override
    public void evaluate(Pipeline pipeline, int user, int slot, Click click) {
        Query query;
        if (isChosen(click)) {
            query = question.ask(pipeline, user, slot, click);
            seenBefore += question.isSeen() ? 1 : 0;
            rankAll(query, click, slot);
        } else {
            query = question.toLearn(pipeline, user, click, reach);
        }
        clicks++;
        for (int k = 0; k < rankers.size(); k++) {
            rankers.get(k).learn(query, slot);
        }
    }

    private boolean isChosen(Click click) {
        return measure.every() > 0 ? clicks % measure.every() == 0 : ClickQuestion.isChosen(click, measure.share());
    }

    private void rankAll(Query query, Click click, int slot) {
        room(query);
        int candidates = Math.max(1, query.catalog().size() - query.excluded().size());
        boolean looksAtBias = metrics.get(0).count(RankMetrics.Row.WHOLE) % BIAS_EVERY == 0;
        rankers.get(popularity).score(query, popular);
        query.blankHoles(popular);
        for (int k = 0; k < rankers.size(); k++) {
            float[] by = k == popularity ? popular : scores;
            if (k != popularity) {
                rankers.get(k).score(query, by);
                query.blankHoles(by);
            }
            ranks[k] = Ranks.rank(by, query.slots(), slot, query.excluded());
            if (looksAtBias) {
                addRecommended(query, by, k, candidates);
            }
        }
        boolean isMiss = Double.isNaN(ranks[0]);
        double any = 1.0
                + chance.reset(0, click.id().hash(), ClickQuestion.purpose()).nextInt(candidates);
        ranks[rankers.size()] = isMiss ? Double.NaN : any;
        int decile = Ranks.decile(ranks[popularity], candidates);
        if (decile >= 0) {
            clicked[decile]++;
        }
        observe(click, decile);
    }

    private void addRecommended(Query query, float[] by, int line, int candidates) {
        int best = best(query, by);
        if (best >= 0) {
            double rank = Ranks.rank(popular, query.slots(), best, query.excluded());
            int decile = Ranks.decile(rank, candidates);
            recommended[line][Math.max(0, decile)]++;
        }
    }

    private static int best(Query query, float[] by) {
        int best = -1;
        for (int slot = 0; slot < query.slots(); slot++) {
            boolean better = best < 0 ? !Float.isNaN(by[slot]) : by[slot] > by[best];
            if (better && !query.excluded().contains(slot)) {
                best = slot;
            }
        }
        return best;
    }

    private void observe(Click click, int decile) {
        int perLine = observed.length / ranks.length;
        for (int line = 0; line < ranks.length; line++) {
            metrics.get(line).observe(ranks[line], question.isNewUser(), question.isNewItem(), decile);
            measure(ranks[line], line * perLine);
            paired.get(line).observe(hit(ranks[0]), hit(ranks[line]));
        }
        curve.add(click.atMs(), observed);
        chunk.add(click.id().hash(), hit(ranks[0]), hit(ranks[1]));
    }

    private double hit(double rank) {
        return rank <= measure.cutoffs().get(measure.headline()) ? 1 : 0;
    }

    private void measure(double rank, int at) {
        int n = measure.cutoffs().size();
        for (int k = 0; k < n; k++) {
            boolean isHit = rank <= measure.cutoffs().get(k);
            observed[at + k] = isHit ? 1 : 0;
            observed[at + n + k] = isHit ? StrictMath.log(2) / StrictMath.log(1 + rank) : 0;
        }
        observed[at + 2 * n] = rank >= 1 ? 1 / rank : 0;
    }

    private void room(Query query) {
        if (scores.length < query.padded()) {
            scores = new float[query.padded() * 3 / 2];
            popular = new float[scores.length];
        }
    }

    /** What the first two lines made of the clicks since the last call. */
    Ranked takeChunk() {
        Ranked taken = chunk;
        chunk = new Ranked();
        return taken;
    }

    List<Ranker> rankers() {
        return rankers;
    }

    RankMetrics metrics(int line) {
        return metrics.get(line);
    }

    /** The first line against another, by hits at the headline's cutoff. */
    PairedComparison paired(int line) {
        return paired.get(line);
    }

    /** Recommendations of a line by tenth of popularity, the most popular first. */
    long[] recommended(int line) {
        return recommended[line];
    }

    /** Clicks by tenth of popularity. */
    long[] clicked() {
        return clicked;
    }

    /** All metrics of all lines over the stream: those of the first line first. */
    Curve curve() {
        return curve;
    }

    /** Clicks, ranked or not. */
    long clicks() {
        return clicks;
    }

    /** Ranked clicks on items that the policy would not have recommended again. */
    long seenBefore() {
        return seenBefore;
    }

    /** Saved states hold what was learned, and a report starts anew. */
    @Override
    public void writeTo(DataOutput out) {}

    @Override
    public void readFrom(DataInput in) {}
}
