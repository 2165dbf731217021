package io.millrace.evaluation;

import io.millrace.ranking.Sweep;
import io.millrace.sampling.Exclusions;

/**
 * Where an item stands among all items of the catalog, never among a sample of it (Krichene and Rendle, "On Sampled
 * Metrics for Item Recommendation", KDD 2020, show that a sample can reverse the order of two systems).
 *
 * <pre>
 *   rank = 1 + #{ j : s_j > s_target } + #{ j : s_j = s_target, j other } / 2      NaN is a miss
 * </pre>
 */
public final class Ranks {

    private Ranks() {}

    /**
     * The rank of a slot among those that may be recommended.
     *
     * @param scores one per slot; NaN for a slot that holds no item, which then counts for nothing
     * @param slots scores to look at
     * @param target its slot, or a negative number when the item is not in the catalog
     * @param excluded slots that would not be recommended
     * @return 1 or more; NaN, a miss, when the target is unknown, is excluded, or has no score
     */
    public static double rank(float[] scores, int slots, int target, Exclusions excluded) {
        if (target < 0 || target >= slots || excluded.contains(target) || Float.isNaN(scores[target])) {
            return Double.NaN;
        }
        float reached = scores[target];
        int whole = slots / Sweep.STEP * Sweep.STEP;
        long counted = Sweep.get().aboveAndEqual(scores, reached, whole);
        int greater = (int) (counted >>> 32);
        int equal = (int) counted;
        for (int j = whole; j < slots; j++) {
            float s = scores[j];
            greater += s > reached ? 1 : 0;
            equal += s == reached ? 1 : 0;
        }
        for (int k = 0; k < excluded.size(); k++) {
            int slot = excluded.slot(k);
            float s = slot < slots ? scores[slot] : Float.NaN;
            greater -= s > reached ? 1 : 0;
            equal -= s == reached ? 1 : 0;
        }
        return 1 + greater + (equal - 1) * 0.5;
    }

    /**
     * The tenth of the catalog, by popularity, that an item is in: 0 the most popular, 9 the least, -1 when its
     * popularity rank is a miss.
     *
     * @param popularityRank rank of the item by its popularity
     * @param candidates items that were ranked
     */
    public static int decile(double popularityRank, int candidates) {
        boolean ranked = popularityRank >= 1 && candidates > 0;
        return ranked ? (int) Math.min(9, (popularityRank - 1) * 10 / candidates) : -1;
    }
}
