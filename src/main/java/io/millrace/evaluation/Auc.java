package io.millrace.evaluation;

/**
 * The area under the ROC curve by the rank sum with midranks, exact: the probability that a clicked example was given a
 * higher probability than an unclicked one, ties counting half.
 *
 * <p>An example is one long: the bits of its probability, which order as the probability does, with the last bit given
 * to its label. Probabilities that differ by one in the last place count as equal.
 */
final class Auc {

    private Auc() {}

    /** @param probability at least 0 */
    static long key(double probability, boolean clicked) {
        return Double.doubleToLongBits(probability) & ~1L | (clicked ? 1 : 0);
    }

    static double probability(long key) {
        return Double.longBitsToDouble(key & ~1L);
    }

    static int clicked(long key) {
        return (int) (key & 1);
    }

    /** The end of the run of equal probabilities that starts at {@code from}. */
    static int endOfTies(long[] sorted, int from, int to) {
        int end = from + 1;
        while (end < to && sorted[end] >>> 1 == sorted[from] >>> 1) {
            end++;
        }
        return end;
    }

    /** AUC of sorted keys in [from, to); NaN when all have the same label. */
    static double of(long[] sorted, int from, int to) {
        double wins = 0;
        long unclickedBelow = 0;
        long clicks = 0;
        for (int at = from; at < to; ) {
            int end = endOfTies(sorted, at, to);
            int tiedClicks = 0;
            for (int k = at; k < end; k++) {
                tiedClicks += clicked(sorted[k]);
            }
            int tiedOthers = end - at - tiedClicks;
            wins += tiedClicks * (unclickedBelow + tiedOthers * 0.5);
            clicks += tiedClicks;
            unclickedBelow += tiedOthers;
            at = end;
        }
        return wins / ((double) clicks * unclickedBelow);
    }
}
