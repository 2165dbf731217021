package io.millrace.ranking;

import io.millrace.popularity.HalfLife;
import io.millrace.ranking.Blend.Member;
import io.millrace.sampling.Catalog;
import java.util.ArrayList;
import java.util.List;

/**
 * Blends that are ready for a kind of data, everything in them learned on the stream itself. Chosen on the first halves of
 * public streams; what each part brought, there and on the second halves, is in {@code src/docs/quality.md}.
 */
public final class Presets {

    private static final long HOUR_MS = 3_600_000;
    private static final long MONTH_MS = 720 * HOUR_MS;
    private static final int PARTNERS = 4096;

    /** Undirected pairs, mildly normalised. */
    private static final CoOccurrenceConfig PAIRS = pairs(0);

    /** What comes next, as a first-order Markov chain would have it. */
    private static final CoOccurrenceConfig TRANSITIONS =
            new CoOccurrenceConfig(10, 0.7f, 0, 10, 0.6f, 1, 1, 0, 1e-6f, 0, PARTNERS);

    /** What a taste of months has in common: long windows, so more normalisation. */
    private static final CoOccurrenceConfig TASTE =
            new CoOccurrenceConfig(30, 0.97f, 1, 50, 0.95f, 0.5f, 5, 0.5f, 1e-6f, 0, PARTNERS);

    private static final CoOccurrenceConfig LONG_TASTE =
            new CoOccurrenceConfig(100, 0.99f, 1, 200, 0.99f, 0.6f, 5, 0.6f, 1e-6f, 0, PARTNERS);

    /** Few neighbors, compared over fifty clicks. */
    private static final SessionNeighborsConfig KINDRED =
            new SessionNeighborsConfig(1_000_000, 50, 0.95f, 1000, 50, 0.5f, 0.8f, 30, 1);

    private Presets() {}

    /** Users who come back for months, a catalog that changes slowly: films, books, music, goods. */
    public static Ranker retrieval(Catalog catalog) {
        List<Member> members = tastes();
        members.add(Member.logs(new CoOccurrence(TASTE, new HalfLife(MONTH_MS)), 1e-3f, 1e-2f));
        members.add(Member.logs(new CoOccurrence(LONG_TASTE, new HalfLife(MONTH_MS)), 1e-3f, 1e-2f));
        members.add(Member.raw(new ContextFactors(ContextFactorsConfig.of(32, 0.2f, 10, 0.7f, 100, 1), catalog)));
        members.add(Member.raw(new ContextFactors(ContextFactorsConfig.of(32, 0.2f, 30, 0.9f, 100, 1), catalog)));
        members.add(Member.logs(new SessionNeighbors(SessionNeighborsConfig.DEFAULT), 1e-3f, 1e-2f));
        members.add(Member.logs(new SessionNeighbors(KINDRED), 1e-3f, 1e-2f));
        return new Blend(new BlendConfig(0.1f, 7, 0.9f, 1, 8, 0.02f), members);
    }

    /** Visitors seen once, a few clicks long. */
    public static Ranker session(Catalog catalog) {
        List<Member> members = tastes();
        members.add(Member.raw(new ContextFactors(ContextFactorsConfig.DEFAULT, catalog)));
        members.add(Member.logs(new SessionNeighbors(SessionNeighborsConfig.DEFAULT), 1e-3f, 1e-2f)
                .andRank(10));
        return new Blend(new BlendConfig(0.1f, 7, 0.9f, 1, 8, 0.02f), members);
    }

    private static List<Member> tastes() {
        DecayedPopularity month = popularity(MONTH_MS);
        List<Member> members = new ArrayList<>();
        members.add(Member.logs(new CoOccurrence(PAIRS, month), 1e-3f, 1e-2f).andRank(10));
        members.add(Member.logs(popularity(HOUR_MS), 1e-3f, 1e-2f));
        members.add(Member.logs(popularity(24 * HOUR_MS), 1e-3f, 1e-2f));
        members.add(Member.logs(month, 1e-3f, 1e-2f));
        members.add(Member.logs(new CoOccurrence(TRANSITIONS, month), 1e-3f, 1e-2f));
        return members;
    }

    /**
     * Articles that live for hours: popularity from three minutes to a day, pairs that fade as fast, and age. No factor
     * model: by the time an article's vector is learned nobody reads it.
     */
    public static Ranker news() {
        DecayedPopularity day = popularity(24 * HOUR_MS);
        List<Member> members = new ArrayList<>();
        members.add(Member.logs(new CoOccurrence(pairs(HOUR_MS / 2), day), 1e-3f, 1e-2f));
        members.add(Member.logs(new CoOccurrence(pairs(2 * HOUR_MS), day), 1e-3f, 1e-2f));
        members.add(Member.logs(new CoOccurrence(pairs(24 * HOUR_MS), day), 1e-3f, 1e-2f));
        members.add(Member.raw(new Freshness(HOUR_MS)));
        for (long halfLifeMs : new long[] {HOUR_MS / 20, HOUR_MS / 10, HOUR_MS / 4, HOUR_MS, 4 * HOUR_MS}) {
            members.add(Member.logs(popularity(halfLifeMs), 1e-3f, 1e-2f));
        }
        members.add(Member.logs(day, 1e-3f, 1e-2f));
        return new Blend(BlendConfig.DEFAULT, members);
    }

    private static CoOccurrenceConfig pairs(long halfLifeMs) {
        return new CoOccurrenceConfig(10, 0.9f, 1, 20, 0.8f, 0.25f, 5, 0.25f, 1e-6f, halfLifeMs, PARTNERS);
    }

    private static DecayedPopularity popularity(long halfLifeMs) {
        return new DecayedPopularity(new HalfLife(halfLifeMs));
    }
}
