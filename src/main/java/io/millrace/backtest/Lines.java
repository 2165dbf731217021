package io.millrace.backtest;

import io.millrace.learning.OnlineLearner;
import io.millrace.popularity.HalfLife;
import io.millrace.ranking.CoOccurrence;
import io.millrace.ranking.CoOccurrenceConfig;
import io.millrace.ranking.LearnerScorer;
import io.millrace.ranking.Query;
import io.millrace.ranking.Ranker;
import io.millrace.ranking.ServedConfig;
import io.millrace.ranking.SharedScores;
import io.millrace.sampling.Catalog;
import java.util.List;
import java.util.stream.Stream;

/**
 * The lines of a report on ranking: what is judged, and what it has to beat.
 *
 * @param learned rankers that are judged; the first is the one that is served
 * @param baselines rankers that are beaten or not
 */
record Lines(List<Ranker> learned, List<Ranker> baselines) {

    /** Pairs of the baseline, 11 bytes each: unbounded, it would be a backtest's largest state where items are many. */
    private static final long MOST_PAIRS = 1 << 24;

    private static final long MONTH_MS = 720L * 3_600_000;

    static Lines of(RunConfig config, Catalog catalog, OnlineLearner learner) {
        ServedConfig.Members members = ServedConfig.Members.of(new LearnerScorer(learner));
        return new Lines(
                List.of(served(config, catalog, members), members.embedding().line("embedding")),
                List.of(
                        new LastClicked(lastClicked(config.ranking().coOccurrence())),
                        members.hour().line("popularity, half-life 1 h"),
                        members.day().line("popularity, half-life 1 d"),
                        members.month().line("popularity, half-life 30 d"),
                        new ClickCounts()));
    }

    /** The served ranking alone, and what it takes to rank by popularity. */
    static Lines served(RunConfig config, Catalog catalog, OnlineLearner learner) {
        ServedConfig served = config.ranking();
        ServedConfig.Members members = ServedConfig.Members.of(new LearnerScorer(learner));
        return new Lines(List.of(served.make(catalog, members)), List.of(new ClickCounts()));
    }

    private static Ranker served(RunConfig config, Catalog catalog, ServedConfig.Members members) {
        ServedConfig served = config.ranking();
        Ranker ranker =
                served.isEmbedding() ? members.embedding().line("embedding, as served") : served.make(catalog, members);
        return served.teachesMembers() ? ranker : new Beside(ranker, members.all());
    }

    /** What was clicked next to the last click, by anyone; nothing is smoothed, and ties are by popularity. */
    private static CoOccurrence lastClicked(CoOccurrenceConfig like) {
        return new CoOccurrence(
                new CoOccurrenceConfig(like.pairs(), 0.8f, 1, 1, 1, 0, 0, 0, 1e-3f, 0, like.partners()),
                new HalfLife(MONTH_MS),
                MOST_PAIRS);
    }

    /** A ranking without those that learn beside it. */
    static Ranker alone(Ranker ranker) {
        return ranker instanceof Beside beside ? beside.ranker() : ranker;
    }

    /** The lines in the order of the report; the line of chance comes after them. */
    List<Ranker> all() {
        return Stream.concat(learned.stream(), baselines.stream()).toList();
    }

    /** A ranking with members of its own, beside those that are lines only and learn with it. */
    private record Beside(Ranker ranker, List<SharedScores> others) implements Ranker {

        @Override
        public String name() {
            return ranker.name();
        }

        @Override
        public void score(Query query, float[] out) {
            ranker.score(query, out);
        }

        @Override
        public void learn(Query query, int slot) {
            ranker.learn(query, slot);
            others.forEach(other -> other.learn(query, slot));
        }

        @Override
        public int reach() {
            return ranker.reach();
        }

        @Override
        public long stateBytes() {
            return ranker.stateBytes()
                    + others.stream().mapToLong(SharedScores::stateBytes).sum();
        }
    }

    /** A name for the report. */
    private record LastClicked(CoOccurrence pairs) implements Ranker {

        @Override
        public String name() {
            return "co-occurrence with the last click";
        }

        @Override
        public void score(Query query, float[] out) {
            pairs.score(query, out);
        }

        @Override
        public void learn(Query query, int slot) {
            pairs.learn(query, slot);
        }

        @Override
        public int reach() {
            return pairs.reach();
        }

        @Override
        public long stateBytes() {
            return pairs.stateBytes();
        }
    }
}
