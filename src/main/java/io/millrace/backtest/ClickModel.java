package io.millrace.backtest;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Predicts whether an impression will be clicked: an online logistic regression over click rates of the item at several
 * half-lives, of the user, clicks over expected clicks of both, the embeddings' score, place, age, the time since the
 * user was shown something, the list that the impression is in, and a weight of its own for each item and user. What
 * counts as shown are decided impressions, so that those still open do not pull rates down.
 *
 * <p>Source of the idea: McMahan et al., "Ad Click Prediction: a View from the Trenches", KDD 2013.
 */
final class ClickModel {

    private static final long SECOND_MS = 1_000;
    private static final long MINUTE_MS = 60_000;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long DAY_MS = 24 * HOUR_MS;

    /** So long that nothing fades. */
    private static final long EVER_MS = 3650 * DAY_MS;

    private static final long[] ITEM_MS = {15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS, EVER_MS};
    private static final int EVER = ITEM_MS.length - 1;

    /** Since the user was shown something before: each is a feature of its own, 1 below it. */
    private static final long[] PAUSE_MS = {
        SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, DAY_MS
    };

    // Where groups of features start that are named elsewhere; the others follow the age.
    private static final int ITEM_RATES = 0;
    private static final int USER_RATES = ITEM_RATES + ITEM_MS.length;
    private static final int ITEM_SHOWN = USER_RATES + 2;
    private static final int USER_SHOWN = ITEM_SHOWN + ITEM_MS.length;
    private static final int AGE = USER_SHOWN + 1;
    private static final int OTHERS = AGE + 1;
    private static final int OWN_FEATURES = OTHERS + 10 + PAUSE_MS.length;

    /** What is compared within a list: the item's rates, how often it was shown, and its age. */
    private static final int[] RELATIVE = IntStream.concat(
                    IntStream.concat(IntStream.range(ITEM_RATES, USER_RATES), IntStream.range(ITEM_SHOWN, USER_SHOWN)),
                    IntStream.of(AGE))
            .toArray();

    static final int FEATURES = OWN_FEATURES + ListFeatures.count(RELATIVE.length);

    /** Clicks that a lift of 1 is worth at the start. */
    private static final double LIFT_STRENGTH = 5;

    /** Keeps the feature of the base rate near 1. */
    private static final double BASE_SCALE = 4;

    /** Click rates of an item and of a user when an impression was shown. */
    record Expected(double ofItem, double ofUser) {}

    private final Rates items = new Rates(ITEM_MS);
    private final Rates users = new Rates(6 * HOUR_MS, EVER_MS);
    private final Lifts itemLifts = new Lifts(LIFT_STRENGTH);
    private final Lifts userLifts = new Lifts(LIFT_STRENGTH / 2);
    private final BayesianLogistic shared = new BayesianLogistic(FEATURES);
    private final ListFeatures lists = new ListFeatures(OWN_FEATURES, RELATIVE);
    private final OwnWeights ofItem = new OwnWeights();
    private final OwnWeights ofUser = new OwnWeights();
    private long shown = 10;
    private long clicked = 1;
    private final EventTimes firstShown = new EventTimes();
    private final EventTimes lastShown = new EventTimes();

    /** The click rate of everything so far. */
    double base() {
        return (double) clicked / shown;
    }

    /** Impressions that the base rate is worth beside those of an item: about one click. */
    private double strength() {
        return Math.max(10, Math.min(500, 1 / base()));
    }

    double itemRate(int item, long nowMs) {
        return items.rate(EVER, item, nowMs, base(), strength());
    }

    double userRate(int user, long nowMs) {
        return users.rate(1, user, nowMs, base(), strength() / 2);
    }

    /**
     * Describes an impression before anything is known of its outcome; {@link #complete} does the rest.
     *
     * @param item slot; negative when it was never shown before
     * @param score of the embeddings, a logit
     * @param position 0 is the top, negative when not logged
     * @param past what the user did with the item before: 1 clicked it, -1 left it unclicked, 0 neither
     */
    float[] features(int item, int user, float score, int position, int past, long nowMs) {
        float[] x = new float[FEATURES];
        double base = base();
        for (int h = 0; h < ITEM_MS.length; h++) {
            double strength = h == EVER ? strength() : 10;
            x[ITEM_RATES + h] = (float) (logit(items.rate(h, item, nowMs, base, strength)) - logit(base));
            x[ITEM_SHOWN + h] = size(items.shown(h, item, nowMs));
        }
        for (int h = 0; h < 2; h++) {
            x[USER_RATES + h] = (float) (logit(users.rate(1 - h, user, nowMs, base, strength() / 2)) - logit(base));
        }
        x[USER_SHOWN] = size(users.shown(1, user, nowMs));
        x[AGE] = size(age(item, nowMs) / (double) MINUTE_MS);
        int k = OTHERS;
        x[k++] = item < 0 || items.shown(EVER, item, nowMs) == 0 ? 1 : 0;
        x[k++] = users.shown(1, user, nowMs) == 0 ? 1 : 0;
        x[k++] = Math.max(-2, Math.min(2, score / 4));
        x[k++] = position < 0 ? 0 : size(position);
        x[k++] = past > 0 ? 1 : 0;
        x[k++] = past < 0 ? 1 : 0;
        x[k++] = (float) (logit(base) / BASE_SCALE);
        x[k++] = 1;
        x[k++] = (float) itemLifts.logit(item, base);
        x[k++] = (float) userLifts.logit(user, base);
        for (long pauseMs : PAUSE_MS) {
            x[k++] = lastShown.isKnown(user) && nowMs - lastShown.get(user) < pauseMs ? 1 : 0;
        }
        return x;
    }

    /**
     * Completes the descriptions of impressions that one user was shown at once, and remembers that.
     *
     * @param items of each, by hash
     */
    void complete(List<float[]> rows, long[] items, int user, long nowMs) {
        lists.complete(rows, items);
        lastShown.set(user, nowMs);
    }

    private long age(int item, long nowMs) {
        return firstShown.isKnown(item) ? Math.max(0, nowMs - firstShown.get(item)) : 0;
    }

    private static float size(double count) {
        return (float) (StrictMath.log1p(count) / 5);
    }

    static double logit(double rate) {
        double p = Math.max(1e-6, Math.min(1 - 1e-6, rate));
        return StrictMath.log(p / (1 - p));
    }

    double predict(float[] x, int item, int user) {
        return OnlineLogistic.probability(shared.logit(x) + ofItem.of(item) + ofUser.of(user));
    }

    /** @param rates what the item and the user led to expect, each alone */
    void learn(float[] x, int item, int user, boolean isClicked, Expected rates, long atMs) {
        double p = predict(x, item, user);
        double error = p - (isClicked ? 1 : 0);
        shared.learn(x, p, error);
        ofItem.learn(item, error);
        ofUser.learn(user, error);
        itemLifts.add(item, isClicked, rates.ofUser());
        userLifts.add(user, isClicked, rates.ofItem());
        items.add(item, isClicked, atMs);
        users.add(user, isClicked, atMs);
        shown++;
        clicked += isClicked ? 1 : 0;
    }

    /** An item was shown; the first time is when it came. */
    void shown(int item, long atMs) {
        if (!firstShown.isKnown(item)) {
            firstShown.set(item, atMs);
        }
    }

    /** A time for each slot that has one. */
    private static final class EventTimes {

        private static final long UNKNOWN = Long.MIN_VALUE;

        private long[] atMs = new long[0];

        boolean isKnown(int slot) {
            return slot >= 0 && slot < atMs.length && atMs[slot] != UNKNOWN;
        }

        long get(int slot) {
            return atMs[slot];
        }

        void set(int slot, long timeMs) {
            if (slot >= atMs.length) {
                int before = atMs.length;
                atMs = Arrays.copyOf(atMs, Math.max(slot + 1, 2 * before));
                Arrays.fill(atMs, before, atMs.length, UNKNOWN);
            }
            atMs[slot] = timeMs;
        }
    }

    /** One weight per slot, drawn back to 0 a little at each of its steps. */
    private static final class OwnWeights {

        private static final double STEP = 0.05;
        private static final double KEEP = 0.999;

        private double[] weights = new double[64];
        private double[] squares = new double[64];

        double of(int slot) {
            return slot >= 0 && slot < weights.length ? weights[slot] : 0;
        }

        void learn(int slot, double error) {
            if (slot >= weights.length) {
                int larger = Math.max(slot + 1, weights.length * 2);
                weights = Arrays.copyOf(weights, larger);
                squares = Arrays.copyOf(squares, larger);
            }
            squares[slot] += error * error;
            weights[slot] = KEEP * weights[slot] - STEP * error / Math.sqrt(0.1 + squares[slot]);
        }
    }
}
