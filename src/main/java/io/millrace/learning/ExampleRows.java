package io.millrace.learning;

import io.millrace.sampling.Adversary;
import io.millrace.sampling.Negatives;
import java.util.Arrays;

/**
 * The item rows of one example, its positive and its negatives, each once: an item that is met again shares the row of its
 * first mention, and its derivatives are summed before anything moves. Refilled per example.
 *
 * <p>A negative that is a mixture of items scores the same mixture of their scores, and hands its derivative on to each by
 * its coefficient; the rows of users in a mixture are held fixed and left out.
 */
final class ExampleRows {

    private final ItemRows items;
    private final Arithmetic arithmetic = Arithmetic.own();
    private final Loss loss;
    private final boolean hasBiases;
    private AdversarialTerm adversary = new AdversarialTerm(Adversary.NONE);

    /** Where the targets of the rows start. */
    int[] offsets = new int[64];

    /** The derivative of the example's loss by the score of each row. */
    float[] pulls = new float[64];

    private int[] merged = new int[64];
    private int[] mergedTerms = new int[64];
    private float[] distinctScores = new float[64];
    private float[] scores = new float[64];
    private float[] derivatives = new float[64];
    private int distinct;

    /** A bit for each row met, by where it starts: most rows are seen to be new without a search. */
    private long met;

    /** Written by {@link #gather} and never read, see {@link RawBits#lines}. */
    int fetched;

    private int named;

    private boolean isPlain;

    /** Every row's change was announced before. */
    private boolean areAnnounced;

    /** @param hasBiases false when a score is the product of two vectors alone */
    ExampleRows(ItemRows items, Loss loss, boolean hasBiases) {
        this.items = items;
        this.loss = loss;
        this.hasBiases = hasBiases;
    }

    int distinct() {
        return distinct;
    }

    /** Rows of the positive and the negatives, which come before those that {@link #add} adds. */
    int named() {
        return named;
    }

    /**
     * Finds the rows of an example; the positive's is the first.
     *
     * @param more rows that {@link #add} may add
     */
    void gather(int positive, Negatives negatives, int more) {
        room(negatives.size() + 1 + negatives.terms() + more);
        isPlain = more == 0 && negatives.terms() == 0 && gatherPlain(positive, negatives);
        if (!isPlain) {
            areAnnounced = false;
            met = 0;
            distinct = 0;
            merged[0] = add(positive);
            addMixtures(negatives);
        }
        named = distinct;
    }

    /**
     * The common case, where every row is there and no two are the same. False where not. The first pass does nothing but ask
     * for all lines of all rows, since a step waits for memory more than it computes.
     */
    private boolean gatherPlain(int positive, Negatives negatives) {
        int[] starts = offsets;
        int n = negatives.size() + 1;
        int first = items.rowIfPresent(positive);
        if (first < 0) {
            return false;
        }
        starts[0] = items.target(first);
        int lines = items.fetch(starts[0]);
        int marks = items.mark(starts[0]) ^ items.round();
        for (int k = 1; k < n; k++) {
            int row = items.rowIfPresent(negatives.slot(k - 1));
            if (row < 0) {
                return false;
            }
            int start = items.target(row);
            starts[k] = start;
            lines |= items.fetch(start);
            marks |= items.mark(start) ^ items.round();
        }
        fetched = lines;
        if (!areApart(n)) {
            return false;
        }
        distinct = n;
        areAnnounced = marks == 0;
        return true;
    }

    /** True when the first n rows are n. */
    private boolean areApart(int n) {
        int[] starts = offsets;
        long bits = 0;
        for (int k = 0; k < n; k++) {
            long bit = bit(starts[k]);
            if ((bits & bit) != 0 && find(starts[k], k) < k) {
                return false;
            }
            bits |= bit;
        }
        return true;
    }

    /** One of the bits of {@link #met}, by a hash of the line that a row starts at: rows may all be of an even length. */
    private static long bit(int start) {
        return 1L << ((start >>> 4) * 0x9E3779B1 >>> 26);
    }

    /** Announces the change of every row. */
    void announce() {
        if (areAnnounced) {
            return;
        }
        for (int k = 0; k < distinct; k++) {
            items.announce(offsets[k]);
        }
    }

    private void addMixtures(Negatives negatives) {
        for (int k = 0; k < negatives.size(); k++) {
            if (!negatives.isMixture(k)) {
                merged[1 + k] = add(negatives.slot(k));
            }
        }
        for (int t = 0; t < negatives.terms(); t++) {
            if (!negatives.termIsUser(t)) {
                mergedTerms[t] = add((int) negatives.termRow(t));
            }
        }
    }

    /** Where an item's row is among the distinct ones, or their end, where it is put. */
    int add(int slot) {
        int start = items.target(items.row(slot));
        long bit = bit(start);
        int seen = (met & bit) == 0 ? distinct : find(start, distinct);
        met |= bit;
        offsets[seen] = start;
        distinct = Math.max(distinct, seen + 1);
        return seen;
    }

    /** Which of the first {@code end} rows starts there, or {@code end}. */
    private int find(int start, int end) {
        int seen = 0;
        while (seen < end && offsets[seen] != start) {
            seen++;
        }
        return seen;
    }

    /** Scores every distinct row against v. */
    void score(float[] v, int at) {
        int bias = hasBiases ? items.biasAt(0) : Arithmetic.NONE;
        arithmetic.dots(v, at, items.floats, offsets, bias, distinct, items.padded(), distinctScores);
    }

    /** The score of a distinct row. */
    float score(int k) {
        return distinctScores[k];
    }

    /** True when {@link #pull} is to be given ‖v‖ itself. */
    boolean needsNorm() {
        return adversary.isActive();
    }

    /** Hardens the loss from now on. */
    void adversary(Adversary against) {
        adversary = new AdversarialTerm(against);
    }

    /**
     * Sets the pulls to those of a positive, the first row, and its negatives.
     *
     * @param norm ‖v‖; not looked at unless {@link #needsNorm}
     * @return what, times v, is to be added to the gradient by v: the adversary's part, see {@link AdversarialTerm}
     */
    float pull(Negatives negatives, float weight, float shift, float norm) {
        if (isPlain) {
            return pull(negatives, weight, shift, norm, distinctScores, pulls);
        }
        merged[0] = 0;
        spread(negatives);
        float along = pull(negatives, weight, shift, norm, scores, derivatives);
        release();
        merge(0, negatives);
        return along;
    }

    /** The weighted derivatives by the scores of a positive and its negatives, each for itself. */
    private float pull(Negatives negatives, float weight, float shift, float norm, float[] of, float[] out) {
        of[0] += shift;
        loss.gradients(of, negatives, out);
        float along = adversary.isActive() ? adversary.add(loss, of, negatives, norm, out) : 0;
        for (int k = 0; weight != 1 && k <= negatives.size(); k++) {
            out[k] *= weight;
        }
        return weight * along;
    }

    /** The squares of the pulls, added up; no number, or not finite, when a pull is not. */
    float pullSquares() {
        float squares = 0;
        for (int k = 0; k < distinct; k++) {
            squares += pulls[k] * pulls[k];
        }
        return squares;
    }

    /** The largest size of a pull; not finite when one of them is not. */
    float largestPull() {
        int bits = 0;
        for (int k = 0; k < distinct; k++) {
            bits = Math.max(bits, Float.floatToRawIntBits(Math.abs(pulls[k]))); // in the order of the numbers
        }
        return Float.intBitsToFloat(bits);
    }

    /** Sets all pulls to 0. */
    void release() {
        Arrays.fill(pulls, 0, distinct, 0f);
    }

    /** Adds to the pulls those of any row as the positive. */
    void pullToo(int positive, Negatives negatives, float weight, float shift) {
        merged[0] = positive;
        spread(negatives);
        scores[0] += shift;
        loss.gradients(scores, negatives, derivatives);
        for (int k = 0; k <= negatives.size(); k++) {
            derivatives[k] *= weight;
        }
        merge(positive, negatives);
    }

    private void merge(int positive, Negatives negatives) {
        pulls[positive] += derivatives[0];
        for (int k = 0; k < negatives.size(); k++) {
            if (negatives.isMixture(k)) {
                mergeTerms(negatives, k, derivatives[1 + k]);
            } else {
                pulls[merged[1 + k]] += derivatives[1 + k];
            }
        }
    }

    private void spread(Negatives negatives) {
        scores[0] = distinctScores[merged[0]];
        for (int k = 0; k < negatives.size(); k++) {
            scores[1 + k] = negatives.isMixture(k) ? mixedScore(negatives, k) : distinctScores[merged[1 + k]];
        }
    }

    private float mixedScore(Negatives negatives, int k) {
        float score = 0;
        for (int t = negatives.firstTerm(k); t < negatives.endTerm(k); t++) {
            score += negatives.termIsUser(t) ? 0 : negatives.coefficient(t) * distinctScores[mergedTerms[t]];
        }
        return score;
    }

    private void mergeTerms(Negatives negatives, int k, float derivative) {
        for (int t = negatives.firstTerm(k); t < negatives.endTerm(k); t++) {
            if (!negatives.termIsUser(t)) {
                pulls[mergedTerms[t]] += negatives.coefficient(t) * derivative;
            }
        }
    }

    private void room(int terms) {
        if (terms > offsets.length) {
            int larger = terms * 2;
            offsets = new int[larger];
            merged = new int[larger];
            mergedTerms = new int[larger];
            distinctScores = new float[larger];
            scores = new float[larger];
            derivatives = new float[larger];
            pulls = new float[larger];
        }
    }
}
