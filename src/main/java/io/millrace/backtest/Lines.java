package io.millrace.backtest;

import io.millrace.learning.OnlineLearner;
import io.millrace.popularity.HalfLife;
import io.millrace.ranking.Blend;
import io.millrace.ranking.CoOccurrence;
import io.millrace.ranking.CoOccurrenceConfig;
import io.millrace.ranking.DecayedPopularity;
import io.millrace.ranking.EmbeddingRanker;
import io.millrace.ranking.LearnerScorer;
import io.millrace.ranking.Presets;
import io.millrace.ranking.Query;
import io.millrace.ranking.Ranker;
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

    private static final long HOUR_MS = 3_600_000;
    private static final long DAY_MS = 24 * HOUR_MS;

    static Lines of(RunConfig config, Catalog catalog, OnlineLearner learner) {
        DecayedPopularity fallback = new DecayedPopularity(new HalfLife(30 * DAY_MS));
        SharedScores hour = decayed(HOUR_MS);
        SharedScores day = decayed(DAY_MS);
        SharedScores month = new SharedScores(fallback);
        SharedScores embedding = new SharedScores(new EmbeddingRanker(new LearnerScorer(learner)));
        List<SharedScores> own = List.of(hour, day, month, embedding);
        Ranker served = switch (config.served()) {
            case "retrieval" -> new Beside(Presets.retrieval(catalog), own);
            case "session" -> new Beside(Presets.session(catalog), own);
            case "news" -> new Beside(Presets.news(), own);
            default -> blend(config, new CoOccurrence(config.coOccurrence(), fallback), own);
        };
        return new Lines(
                List.of(served, embedding.line("embedding")),
                List.of(
                        new LastClicked(lastClicked(config.coOccurrence())),
                        hour.line("popularity, half-life 1 h"),
                        day.line("popularity, half-life 1 d"),
                        month.line("popularity, half-life 30 d"),
                        new ClickCounts()));
    }

    private static Ranker blend(RunConfig config, CoOccurrence pairs, List<SharedScores> own) {
        return new Blend(
                config.blend(),
                List.of(
                        Blend.Member.logs(pairs, 1e-3f, 1e-2f),
                        Blend.Member.logs(own.get(0), 1e-3f, 1e-2f),
                        Blend.Member.logs(own.get(1), 1e-3f, 1e-2f),
                        Blend.Member.logs(own.get(2), 1e-3f, 1e-2f),
                        Blend.Member.raw(own.get(3))));
    }

    private static SharedScores decayed(long halfLifeMs) {
        return new SharedScores(new DecayedPopularity(new HalfLife(halfLifeMs)));
    }

    /** What was clicked next to the last click, by anyone; nothing is smoothed, and ties are by popularity. */
    private static CoOccurrence lastClicked(CoOccurrenceConfig like) {
        return new CoOccurrence(
                new CoOccurrenceConfig(like.pairs(), 0.8f, 1, 1, 1, 0, 0, 0, 1e-3f, 0, like.partners()),
                new HalfLife(30 * DAY_MS));
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
        public long stateBytes() {
            return pairs.stateBytes();
        }
    }
}
