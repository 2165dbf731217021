package io.millrace.backtest;

import io.millrace.evaluation.OffPolicy;
import io.millrace.evaluation.PairedComparison;
import io.millrace.evaluation.ProbabilityMetrics;
import io.millrace.event.Impression;
import io.millrace.learning.Exp;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.UserRows;
import io.millrace.pipeline.ClickCalibration;
import io.millrace.pipeline.Example;
import io.millrace.pipeline.Pipeline;
import io.millrace.sampling.Catalog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Predicts for every impression, when it is shown, whether it will be clicked; learns when it is decided. What a user is
 * shown at once is predicted together, before any of it is decided: each impression knows the others, and no label of
 * theirs. Impressions that are still open are no labels; decided ones are looked at in the order they were shown, so that
 * a request stays together.
 */
final class PredictedClicks {

    /** The lines, those that are judged first. */
    static final List<String> LINES = List.of(
            "click model", "embedding, calibrated", "item and user click rate", "item click rate", "click rate");

    /** Lines that are judged. */
    static final int LEARNED = 2;

    static final int ITEM_RATE = 3;

    /** Bins of the calibration plot. */
    static final int BINS = 20;

    private static final int PAIRED_WINDOW = 10_000;
    private static final double CLIP = 100;

    /** Where more is shown at once, that is several lists. */
    private static final int LONGEST_LIST = 1000;

    /** An impression on its way to its label. */
    private static final class Shown {
        final Impression impression;
        final int slot;
        final int user;
        final float[] x;
        final float[] score;
        final ClickModel.Expected rates;
        final double[] probabilities = new double[LINES.size()];
        double policy = Double.NaN;
        double modelled;
        double expected;
        int label = -1;

        Shown(Impression impression, int slot, int user, float[] x, float score, ClickModel.Expected rates) {
            this.impression = impression;
            this.slot = slot;
            this.user = user;
            this.x = x;
            this.score = new float[] {score, 1};
            this.rates = rates;
        }

        boolean isWith(Impression other) {
            return impression.atMs() == other.atMs() && impression.user().equals(other.user());
        }
    }

    private final ClickModel model = new ClickModel();
    private final OnlineLogistic calibration = new OnlineLogistic(2, 0.1).start(0, 0.1);
    private final Map<Long, Shown> open = new HashMap<>();
    private final ArrayDeque<Shown> inOrder = new ArrayDeque<>();

    /** Shown to one user at once, the last of them just now, so that more may come; not predicted yet. */
    private final List<Shown> list = new ArrayList<>();

    private final List<ProbabilityMetrics> metrics = new ArrayList<>();
    private final List<PairedComparison> paired = new ArrayList<>();
    private final Curve curve = new Curve(LINES.size());
    private final double[] losses = new double[LINES.size()];
    private final List<WholeAuc> aucs = new ArrayList<>();
    private final OffPolicy offPolicy = new OffPolicy(CLIP);
    private final Bins bins = new Bins(BINS);
    private float[] vector = new float[0];
    private @Nullable Shown sameId;

    PredictedClicks(int window) {
        for (int k = 0; k < LINES.size(); k++) {
            metrics.add(new ProbabilityMetrics(window));
            paired.add(new PairedComparison(PAIRED_WINDOW));
            aucs.add(new WholeAuc());
        }
    }

    /** Takes an impression that the pipeline has not taken yet; it is predicted with those that are shown with it. */
    void show(Impression impression, Pipeline pipeline) {
        if (!list.isEmpty() && (list.size() == LONGEST_LIST || !list.get(0).isWith(impression))) {
            predictList();
        }
        OnlineLearner learner = pipeline.learner();
        Catalog catalog = pipeline.catalog();
        int user = learner.users().row(impression.user());
        int slot = catalog.slotOf(impression.item().hash());
        represent(learner, user);
        float score =
                slot < 0 ? 0 : learner.items().score(vector, learner.items().row(slot));
        float[] x = model.features(
                slot, user, score, impression.position(), past(learner.users(), user, impression), impression.atMs());
        ClickModel.Expected rates = new ClickModel.Expected(
                model.itemRate(slot, impression.atMs()), model.userRate(user, impression.atMs()));
        Shown shown = new Shown(impression, slot, user, x, score, rates);
        predict(shown, pipeline.calibration());
        if (!Float.isNaN(impression.propensity())) {
            choose(shown, slot, learner, catalog);
        }
        sameId = open.put(impression.id().hash(), shown);
        inOrder.add(shown);
        list.add(shown);
    }

    /** Before anything is learned, so all that the predictions rest on is as it was when the list was shown. */
    private void predictList() {
        List<float[]> rows = new ArrayList<>();
        long[] items = new long[list.size()];
        for (Shown shown : list) {
            items[rows.size()] = shown.impression.item().hash();
            rows.add(shown.x);
        }
        Shown last = list.get(list.size() - 1);
        model.complete(rows, items, last.user, last.impression.atMs());
        for (Shown shown : list) {
            shown.probabilities[0] = model.predict(shown.x, shown.slot, shown.user);
        }
        list.clear();
    }

    private static int past(UserRows users, int user, Impression impression) {
        long item = impression.item().hash();
        if (users.clicked(user).contains(item)) {
            return 1;
        }
        return users.exposed(user).contains(item) ? -1 : 0;
    }

    private void represent(OnlineLearner learner, int user) {
        if (vector.length == 0) {
            vector = new float[learner.users().padded()];
        }
        learner.represent(user, vector);
    }

    /** The lines that need nothing of the list. */
    private void predict(Shown shown, @Nullable ClickCalibration configured) {
        double base = model.base();
        double item = shown.rates.ofItem();
        double both = ClickModel.logit(item) + ClickModel.logit(shown.rates.ofUser()) - ClickModel.logit(base);
        shown.probabilities[1] = configured == null
                ? OnlineLogistic.probability(calibration.logit(shown.score))
                : configured.platt().probability(shown.score[0]);
        shown.probabilities[2] = OnlineLogistic.probability(both);
        shown.probabilities[3] = item;
        shown.probabilities[4] = base;
    }

    /** The policy that shows items by the softmax of their scores: its probability of this item, and its expected clicks. */
    private void choose(Shown shown, int slot, OnlineLearner learner, Catalog catalog) {
        double total = 0;
        double expected = 0;
        for (int j = 0; j < catalog.slots(); j++) {
            if (catalog.isActive(j)) {
                double mass = Exp.exp(Math.max(
                        -30,
                        Math.min(
                                30,
                                learner.items().score(vector, learner.items().row(j)))));
                total += mass;
                expected += mass * model.itemRate(j, shown.impression.atMs());
                shown.policy = j == slot ? mass : shown.policy;
            }
        }
        shown.policy = slot < 0 || total == 0 ? 0 : shown.policy / total;
        shown.expected = total == 0 ? 0 : expected / total;
        shown.modelled = shown.probabilities[ITEM_RATE];
    }

    /** The pipeline did not take the impression that was shown last: it was a duplicate, or refused. */
    void withdraw(Impression impression) {
        Shown withdrawn = inOrder.removeLast();
        list.remove(withdrawn);
        open.remove(impression.id().hash(), withdrawn);
        if (sameId != null) {
            open.put(impression.id().hash(), sameId);
        }
    }

    /** An example was learned; where it decides an impression, that has its label now. */
    void decided(Example example, Pipeline pipeline) {
        Impression impression = example.impression();
        Shown shown = impression == null ? null : open.remove(impression.id().hash());
        if (shown == null) {
            return;
        }
        if (!list.isEmpty()) {
            predictList();
        }
        boolean isClicked = example.kind() != Example.Kind.EXPOSED_NEGATIVE;
        shown.label = isClicked ? 1 : 0;
        learn(shown, pipeline);
        while (!inOrder.isEmpty() && inOrder.peekFirst().label >= 0) {
            observe(inOrder.removeFirst());
        }
    }

    private void learn(Shown shown, Pipeline pipeline) {
        Impression impression = shown.impression;
        int slot = pipeline.catalog().add(impression.item());
        int user = pipeline.learner().users().row(impression.user());
        model.shown(slot, impression.atMs());
        model.learn(shown.x, slot, user, shown.label == 1, shown.rates, impression.atMs());
        double p = OnlineLogistic.probability(calibration.logit(shown.score));
        calibration.learn(shown.score, p - shown.label);
    }

    private void observe(Shown shown) {
        Impression impression = shown.impression;
        boolean isClicked = shown.label == 1;
        long request = impression.request() == null
                ? impression.id().hash()
                : impression.request().hash();
        for (int line = 0; line < LINES.size(); line++) {
            double p = shown.probabilities[line];
            metrics.get(line).observe(p, isClicked, request);
            aucs.get(line).add(p, isClicked);
            losses[line] = loss(p, isClicked);
            paired.get(line).observe(-losses[0], -losses[line]);
        }
        curve.add(impression.atMs(), losses);
        bins.add(shown.probabilities[0], isClicked);
        offPolicy.observe(shown.policy, impression.propensity(), shown.label, shown.modelled, shown.expected);
    }

    static double loss(double p, boolean isClicked) {
        double clipped = Math.max(1e-12, Math.min(1 - 1e-12, p));
        return -StrictMath.log(isClicked ? clipped : 1 - clipped);
    }

    ProbabilityMetrics metrics(int line) {
        return metrics.get(line);
    }

    /** AUC of a line over the whole stream. */
    double auc(int line) {
        return aucs.get(line).auc();
    }

    /** The first line against another, by log-loss; more is better. */
    PairedComparison paired(int line) {
        return paired.get(line);
    }

    /** Log-loss of all lines over the stream. */
    Curve curve() {
        return curve;
    }

    Bins bins() {
        return bins;
    }

    OffPolicy offPolicy() {
        return offPolicy;
    }

    @Nullable
    String offPolicyRefusal() {
        return offPolicy.refusal();
    }
}
