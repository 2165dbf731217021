package io.millrace.backtest;

import java.util.Arrays;

/**
 * Predicts whether an impression will be clicked: an online logistic regression over click rates of the item at several
 * half-lives, of the user, the embeddings' score, place, age, and a weight of its own for each item and user. What
 * counts as shown are decided impressions, so that those still open do not pull rates down.
 *
 * <p>Source of the idea: McMahan et al., "Ad Click Prediction: a View from the Trenches", KDD 2013.
 */
final class ClickModel {

    private static final long MINUTE_MS = 60_000;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long DAY_MS = 24 * HOUR_MS;

    /** So long that nothing fades. */
    private static final long EVER_MS = 3650 * DAY_MS;

    private static final long[] ITEM_MS = {15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS, EVER_MS};
    private static final int EVER = ITEM_MS.length - 1;
    static final int FEATURES = 2 * ITEM_MS.length + 12;

    /** Keeps the feature of the base rate near 1. */
    private static final double BASE_SCALE = 4;

    private final Rates items = new Rates(ITEM_MS);
    private final Rates users = new Rates(6 * HOUR_MS, EVER_MS);
    private final OnlineLogistic shared = new OnlineLogistic(FEATURES, 0.05);
    private final OwnWeights ofItem = new OwnWeights();
    private final OwnWeights ofUser = new OwnWeights();
    private long shown = 10;
    private long clicked = 1;
    private long[] firstMs = new long[64];

    ClickModel() {
        shared.start(EVER, 0.5);
        shared.start(ITEM_MS.length, 0.5);
        shared.start(FEATURES - 2, BASE_SCALE);
    }

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
     * Describes an impression before anything is known of its outcome.
     *
     * @param item slot; negative when it was never shown before
     * @param score of the embeddings, a logit
     * @param position 0 is the top, negative when not logged
     * @param past what the user did with the item before: 1 clicked it, -1 left it unclicked, 0 neither
     */
    float[] features(int item, int user, float score, int position, int past, long nowMs) {
        float[] x = new float[FEATURES];
        double base = base();
        int k = 0;
        for (int h = 0; h < ITEM_MS.length; h++) {
            x[k++] = (float) (logit(items.rate(h, item, nowMs, base, h == EVER ? strength() : 10)) - logit(base));
        }
        for (int h = 0; h < 2; h++) {
            x[k + h] = (float) (logit(users.rate(1 - h, user, nowMs, base, strength() / 2)) - logit(base));
        }
        k += 2;
        for (int h = 0; h < ITEM_MS.length; h++) {
            x[k++] = size(items.shown(h, item, nowMs));
        }
        x[k++] = size(users.shown(1, user, nowMs));
        x[k++] = size(age(item, nowMs) / (double) MINUTE_MS);
        x[k++] = item < 0 || items.shown(EVER, item, nowMs) == 0 ? 1 : 0;
        x[k++] = users.shown(1, user, nowMs) == 0 ? 1 : 0;
        x[k++] = Math.max(-2, Math.min(2, score / 4));
        x[k++] = position < 0 ? 0 : size(position);
        x[k++] = past > 0 ? 1 : 0;
        x[k++] = past < 0 ? 1 : 0;
        x[k++] = (float) (logit(base) / BASE_SCALE);
        x[k] = 1;
        return x;
    }

    private long age(int item, long nowMs) {
        boolean known = item >= 0 && item < firstMs.length && firstMs[item] != 0;
        return known ? Math.max(0, nowMs - firstMs[item]) : 0;
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

    void learn(float[] x, int item, int user, boolean isClicked, long atMs) {
        double error = predict(x, item, user) - (isClicked ? 1 : 0);
        shared.learn(x, error);
        ofItem.learn(item, error);
        ofUser.learn(user, error);
        items.add(item, isClicked, atMs);
        users.add(user, isClicked, atMs);
        shown++;
        clicked += isClicked ? 1 : 0;
    }

    /** An item was shown; the first time is when it came. */
    void shown(int item, long atMs) {
        if (item >= firstMs.length) {
            firstMs = Arrays.copyOf(firstMs, Math.max(item + 1, firstMs.length * 2));
        }
        if (firstMs[item] == 0) {
            firstMs[item] = atMs;
        }
    }

    /** One weight per slot, drawn back to 0 a little at each of its steps. */
    private static final class OwnWeights {

        private static final double STEP = 0.1;
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
