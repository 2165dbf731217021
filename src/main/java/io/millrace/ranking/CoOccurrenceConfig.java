package io.millrace.ranking;

import io.millrace.event.InvalidSetting;

/**
 * Which clicks count as seen together, and how that is turned into scores; see {@link CoOccurrence}.
 *
 * @param pairs W, earlier clicks that a click is paired with; 1 to 1,000
 * @param pairDecay weight of a pair against one that is a click closer; above 0, at most 1
 * @param backward weight of the pair in the other direction, 1 for undirected; 0 to 1
 * @param recent L, last clicks that score; 1 to 1,000
 * @param recentDecay weight of a click against the one after it; above 0, at most 1
 * @param rowExponent b, how much rows of often-clicked items are damped; 0 to 1
 * @param shrinkage added to a row's sum before damping, in pairs; 0 to 1,000
 * @param columnExponent a, how much often-clicked items are damped; 0 to 1
 * @param fallback share of popularity in the score; 0 to 10
 * @param halfLifeMs half-life of pairs, milliseconds; 0 for no decay
 * @param partners most partners kept per item, the weakest quarter dropped when full; 16 to 100,000
 */
public record CoOccurrenceConfig(
        int pairs,
        float pairDecay,
        float backward,
        int recent,
        float recentDecay,
        float rowExponent,
        float shrinkage,
        float columnExponent,
        float fallback,
        long halfLifeMs,
        int partners) {

    public CoOccurrenceConfig {
        new InvalidSetting.Check()
                .require(pairs >= 1 && pairs <= 1000, "co-occurrence.pairs", pairs, "1 to 1000")
                .require(isShare(pairDecay), "co-occurrence.pair-decay", pairDecay, "above 0 and at most 1")
                .require(backward >= 0 && backward <= 1, "co-occurrence.backward", backward, "0 to 1")
                .require(recent >= 1 && recent <= 1000, "co-occurrence.recent", recent, "1 to 1000")
                .require(isShare(recentDecay), "co-occurrence.recent-decay", recentDecay, "above 0 and at most 1")
                .require(rowExponent >= 0 && rowExponent <= 1, "co-occurrence.row-exponent", rowExponent, "0 to 1")
                .require(shrinkage >= 0 && shrinkage <= 1000, "co-occurrence.shrinkage", shrinkage, "0 to 1000")
                .require(
                        columnExponent >= 0 && columnExponent <= 1,
                        "co-occurrence.column-exponent",
                        columnExponent,
                        "0 to 1")
                .require(fallback >= 0 && fallback <= 10, "co-occurrence.fallback", fallback, "0 to 10")
                .require(halfLifeMs >= 0, "co-occurrence.half-life", halfLifeMs, "at least 0")
                .require(partners >= 16 && partners <= 100_000, "co-occurrence.partners", partners, "16 to 100000")
                .done();
    }

    /** One setting that does well on ratings, sessions and news alike, as a member of a blend. */
    public static final CoOccurrenceConfig DEFAULT =
            new CoOccurrenceConfig(10, 0.9f, 1, 20, 0.8f, 0.25f, 5, 0.25f, 1e-6f, 0, 1024);

    private static boolean isShare(float x) {
        return x > 0 && x <= 1;
    }
}
