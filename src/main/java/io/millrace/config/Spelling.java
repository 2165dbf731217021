package io.millrace.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * The word that was probably meant: the one with the fewest letters inserted, left out, changed or swapped with their
 * neighbour.
 *
 * <p>Source: Damerau, "A technique for computer detection and correction of spelling errors", CACM 1964; the variant
 * that edits no part twice.
 */
final class Spelling {

    private Spelling() {}

    /** The known key closest to this one, when at most a third of it differs; a key written without its section fits too. */
    static Optional<String> closest(String key, Collection<String> known) {
        return known.stream()
                .filter(candidate -> distance(key, candidate) <= Math.max(2, key.length() / 3))
                .min(Comparator.comparingInt((String candidate) -> distance(key, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Edits to the whole key, or one more than those to its last part. */
    private static int distance(String key, String candidate) {
        String lastPart = candidate.substring(candidate.lastIndexOf('.') + 1);
        return Math.min(edits(key, candidate), 1 + edits(key.substring(key.lastIndexOf('.') + 1), lastPart));
    }

    static int edits(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                d[i][j] = cheapest(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int cheapest(int[][] d, String a, String b, int i, int j) {
        int change = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(change, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
    }
}
