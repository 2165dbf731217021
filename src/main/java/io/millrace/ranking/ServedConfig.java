package io.millrace.ranking;

import io.millrace.event.InvalidSetting;
import io.millrace.popularity.HalfLife;
import io.millrace.ranking.Blend.Member;
import io.millrace.sampling.Catalog;
import java.util.List;

/**
 * The ranking that is served. The one place where it is made, live and in a backtest.
 *
 * @param served one of {@link #NAMES}: {@code embedding}, the learned score alone; {@code blend}, of that, of what is
 *     clicked together and of popularity; or a blend of {@link Presets}
 * @param blend how the weights of {@code blend} learn; the presets have their own
 * @param coOccurrence the item-to-item member of {@code blend}
 */
public record ServedConfig(String served, BlendConfig blend, CoOccurrenceConfig coOccurrence) {

    public static final String EMBEDDING = "embedding";

    public static final List<String> NAMES = List.of("blend", "retrieval", "session", "news", EMBEDDING);

    private static final long HOUR_MS = 3_600_000;
    private static final long DAY_MS = 24 * HOUR_MS;

    public ServedConfig {
        InvalidSetting.require(NAMES.contains(served), "ranking.served", served, "one of " + NAMES);
    }

    /** The learned score alone. */
    public static ServedConfig embedding() {
        return new ServedConfig(EMBEDDING, BlendConfig.DEFAULT, CoOccurrenceConfig.DEFAULT);
    }

    /** True when what is served is the learned score alone, which has nothing to learn besides. */
    public boolean isEmbedding() {
        return served.equals(EMBEDDING);
    }

    /**
     * The members of {@code blend} that are worth a look by themselves.
     *
     * @param fallback what {@code month} scores
     */
    public record Members(
            DecayedPopularity fallback,
            SharedScores hour,
            SharedScores day,
            SharedScores month,
            SharedScores embedding) {

        public static Members of(EmbeddingScorer scorer) {
            DecayedPopularity month = new DecayedPopularity(new HalfLife(30 * DAY_MS));
            return new Members(
                    month,
                    new SharedScores(new DecayedPopularity(new HalfLife(HOUR_MS))),
                    new SharedScores(new DecayedPopularity(new HalfLife(DAY_MS))),
                    new SharedScores(month),
                    new SharedScores(new EmbeddingRanker(scorer)));
        }

        /** The rankers, without the one that is inside another. */
        public List<SharedScores> all() {
            return List.of(hour, day, month, embedding);
        }
    }

    /** True when the ranker that {@link #make} returns teaches {@link Members}. */
    public boolean teachesMembers() {
        return served.equals("blend");
    }

    /** A ranker that has learned nothing yet. */
    public Ranker make(Catalog catalog, Members members) {
        return switch (served) {
            case "retrieval" -> Presets.retrieval(catalog);
            case "session" -> Presets.session(catalog);
            case "news" -> Presets.news();
            case EMBEDDING -> members.embedding();
            default -> blend(members);
        };
    }

    private Ranker blend(Members members) {
        return new Blend(
                blend,
                List.of(
                        Member.logs(new CoOccurrence(coOccurrence, members.fallback()), 1e-3f, 1e-2f),
                        Member.logs(members.hour(), 1e-3f, 1e-2f),
                        Member.logs(members.day(), 1e-3f, 1e-2f),
                        Member.logs(members.month(), 1e-3f, 1e-2f),
                        Member.raw(members.embedding())));
    }
}
