package io.millrace.learning;

import io.millrace.sampling.Adversary;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;
import io.millrace.sampling.RecentItems;
import java.util.Arrays;

/**
 * The model and its one step. The score of an item j for a user u who last clicked h_1, h_2, ... (newest first) is
 *
 * <pre>
 *   v       = w x_u + Σ_k w_k z_{h_k}        w_k = ρ^(k-1) / sqrt(Σ ρ^(k-1)), k = 1..L
 *   s(u, j) = b_j + y_j · v
 * </pre>
 *
 * <p>with x_u the user's own vector, y and z an item's target and context vectors (one and the same when tied). The
 * whole of v is what is served as the user's embedding. One example is one step: all gradients come from the parameters
 * before it, an item drawn twice is stepped once with the sum, then rows are clipped, stepped and projected.
 *
 * <p>A negative that is a mixture of items scores the same mixture of their scores, and hands its derivative on to each by
 * its coefficient; the rows of users in a mixture are held fixed and left out.
 *
 * <p>For a loss with derivative a_j by s(u, j), the gradient of y_j is a_j v and its norm |a_j| ‖v‖: no item gradient is
 * ever written down unless the optimiser works by coordinate. Weight decay is decoupled from the optimiser's scale
 * (Loshchilov and Hutter, ICLR 2019).
 *
 * <p>Allocates nothing per example once its buffers have grown. Not thread-safe.
 */
public final class OnlineLearner {

    private final LearningConfig config;
    private final Arithmetic arithmetic = Arithmetic.get();
    private final Loss loss;
    private final Optimizer optimizer;
    private final boolean scalar;
    private final Catalog catalog;
    private final ItemRows items;
    private final UserRows users;
    private final int d;
    private final float keep;

    private final float[] represented;
    private final float[] userGradient;
    private final float[] itemGradient;
    private final RecencyWeights recency;
    private final int[] contextRows;
    private final float[] contextWeights;
    private int contextCount;

    private int[] rows = new int[64];
    private int[] offsets = new int[64];
    private int[] merged = new int[64];
    private int[] mergedTerms = new int[64];
    private float[] distinctScores = new float[64];
    private float[] scores = new float[64];
    private float[] derivatives = new float[64];
    private float[] pulls = new float[64];
    private float[] moves = new float[64];
    private final Negatives none = new Negatives();
    private long discarded;
    private AdversarialTerm adversary = new AdversarialTerm(Adversary.NONE);

    /** What, times v, the adversarial term adds to the gradient by v. */
    private float along;

    /** Keeps the first reads of an example's rows from being optimised away: they ask memory for all rows at once. */
    @SuppressWarnings("unused")
    private float requested;

    public OnlineLearner(LearningConfig config, Catalog catalog, ItemRows items, UserRows users, Optimizer optimizer) {
        this.config = config;
        this.catalog = catalog;
        this.items = items;
        this.users = users;
        this.optimizer = optimizer;
        loss = Losses.make(config);
        scalar = optimizer.isScalar();
        d = items.padded();
        keep = 1 - config.stepSize() * config.l2();
        represented = new float[d];
        userGradient = new float[d];
        itemGradient = new float[d];
        recency = new RecencyWeights(config.contextItems(), config.contextDecay());
        contextRows = new int[config.contextItems()];
        contextWeights = new float[config.contextItems()];
    }

    public ItemRows items() {
        return items;
    }

    public UserRows users() {
        return users;
    }

    /** Hardens the loss from now on. */
    public void adversary(Adversary against) {
        adversary = new AdversarialTerm(against);
    }

    /** True when the loss is to be given the positive's q, see {@link Negatives#positiveQ}. */
    public boolean needsPositiveQ() {
        return loss.needsPositiveQ();
    }

    /** Steps whose gradients were not finite and so were not taken. */
    public long discarded() {
        return discarded;
    }

    /** Writes v, the embedding of a user as it is served and scored with, into {@code out[0..d)}. */
    public void represent(int user, float[] out) {
        int x = users.vector(user);
        float own = config.ownWeight();
        for (int f = 0; f < d; f++) {
            out[f] = own * users.floats[x + f];
        }
        findContext(user);
        for (int k = 0; k < contextCount; k++) {
            arithmetic.addScaled(contextWeights[k], items.floats, items.context(contextRows[k]), 1f, out, 0, d);
        }
    }

    /**
     * One step on a positive and its negatives.
     *
     * @param user row in {@link UserRows}
     * @param positive slot in the catalog
     * @param weight of the whole example; finite and at least 0
     * @param digest folded into every row that is stepped
     * @return false when the gradients were not finite, and nothing moved
     */
    public boolean learn(int user, int positive, Negatives negatives, float weight, long digest) {
        return learn(user, positive, negatives, weight, 0, digest);
    }

    /** As above, with {@code shift} added to the positive's logit while it is learned, see {@link KeepRates}. */
    public boolean learn(int user, int positive, Negatives negatives, float weight, float shift, long digest) {
        int distinct = gather(positive, negatives);
        float[] v = userVector(user);
        int at = vectorStart(user);
        float squares = score(v, at, distinct);
        if (distinct == 1 + negatives.size() && negatives.terms() == 0) {
            distinctScores[0] += shift;
            loss.gradients(distinctScores, negatives, derivatives);
            along = weight * adversary.add(loss, distinctScores, negatives, (float) Math.sqrt(squares), derivatives);
            weigh(distinct, weight);
        } else {
            spread(negatives);
            scores[0] += shift;
            loss.gradients(scores, negatives, derivatives);
            along = weight * adversary.add(loss, scores, negatives, (float) Math.sqrt(squares), derivatives);
            merge(negatives, distinct, weight);
        }
        return step(user, v, at, distinct, squares, digest);
    }

    /**
     * One step on a single pair with a known label, by the logistic loss: an exposure that stayed unclicked, a dislike,
     * or the positive step that takes such a negative back.
     */
    public boolean learnPair(int user, int item, boolean positive, float weight, long digest) {
        return learnPair(user, item, positive, weight, 0, digest);
    }

    /** As above, with {@code shift} added to the logit while it is learned, see {@link KeepRates}. */
    public boolean learnPair(int user, int item, boolean positive, float weight, float shift, long digest) {
        int distinct = gather(item, none);
        float[] v = userVector(user);
        int at = vectorStart(user);
        float squares = score(v, at, distinct);
        float s = Loss.clip(distinctScores[0] + shift);
        along = 0;
        pulls[0] = weight * (float) (positive ? -Exp.sigmoid(-s) : Exp.sigmoid(s));
        return step(user, v, at, distinct, squares, digest);
    }

    /** Finds the rows of an example; an item that is met again shares the row of its first mention. */
    private int gather(int positive, Negatives negatives) {
        room(negatives.size() + 1 + negatives.terms());
        rows[0] = items.row(positive);
        merged[0] = 0;
        int distinct = 1;
        for (int k = 0; k < negatives.size(); k++) {
            if (!negatives.isMixture(k)) {
                merged[1 + k] = find(negatives.slot(k), distinct);
                distinct = Math.max(distinct, merged[1 + k] + 1);
            }
        }
        for (int t = 0; t < negatives.terms(); t++) {
            if (!negatives.termIsUser(t)) {
                mergedTerms[t] = find((int) negatives.termRow(t), distinct);
                distinct = Math.max(distinct, mergedTerms[t] + 1);
            }
        }
        float sum = 0;
        for (int k = 0; k < distinct; k++) {
            int at = items.target(rows[k]);
            offsets[k] = at;
            sum += items.floats[at] + items.floats[items.bias(rows[k])];
        }
        requested = sum;
        return distinct;
    }

    /** Where an item's row is among the distinct ones, or their end, where it is put. */
    private int find(int slot, int distinct) {
        int row = items.row(slot);
        int seen = 0;
        while (seen < distinct && rows[seen] != row) {
            seen++;
        }
        rows[seen] = row;
        return seen;
    }

    /** The array that holds v: the user's own row where v is that row, else the scratch it is added up in. */
    private float[] userVector(int user) {
        if (isPlain()) {
            contextCount = 0;
            return users.floats;
        }
        represent(user, represented);
        return represented;
    }

    private int vectorStart(int user) {
        return isPlain() ? users.vector(user) : 0;
    }

    private boolean isPlain() {
        return config.contextItems() == 0 && config.ownWeight() == 1;
    }

    /** Scores every distinct row and returns v · v. */
    private float score(float[] v, int at, int distinct) {
        float squares = arithmetic.dots(v, at, items.floats, offsets, distinct, d, distinctScores);
        for (int k = 0; k < distinct; k++) {
            distinctScores[k] += items.floats[items.bias(rows[k])];
        }
        return squares;
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

    /** Where every negative has a row of its own there is nothing to merge. */
    private void weigh(int distinct, float weight) {
        for (int k = 0; k < distinct; k++) {
            pulls[k] = weight * derivatives[k];
        }
    }

    private void merge(Negatives negatives, int distinct, float weight) {
        Arrays.fill(pulls, 0, distinct, 0f);
        pulls[merged[0]] += weight * derivatives[0];
        for (int k = 0; k < negatives.size(); k++) {
            if (negatives.isMixture(k)) {
                mergeTerms(negatives, k, weight * derivatives[1 + k]);
            } else {
                pulls[merged[1 + k]] += weight * derivatives[1 + k];
            }
        }
    }

    private void mergeTerms(Negatives negatives, int k, float derivative) {
        for (int t = negatives.firstTerm(k); t < negatives.endTerm(k); t++) {
            if (!negatives.termIsUser(t)) {
                pulls[mergedTerms[t]] += negatives.coefficient(t) * derivative;
            }
        }
    }

    /** Takes {@code pulls}, the derivative by each distinct row's score, and moves everything that had a part in it. */
    private boolean step(int user, float[] v, int at, int distinct, float squares, long digest) {
        float norm = (float) Math.sqrt(squares);
        if (!isFinite(norm, distinct)) {
            discarded++;
            return false;
        }
        for (int k = 0; k < distinct; k++) {
            items.touch(rows[k]);
            items.stepped(rows[k], digest);
        }
        users.touch(user);
        users.addSteps(user, 1, digest);
        float userSquares = stepTargets(v, at, distinct, norm, squares);
        stepBiases(distinct);
        stepUser(user, userSquares);
        return true;
    }

    private boolean isFinite(float norm, int distinct) {
        float sum = norm;
        for (int k = 0; k < distinct; k++) {
            sum += pulls[k];
        }
        return Float.isFinite(sum);
    }

    /** Moves the targets and fills {@code userGradient}, of which it returns the square. */
    private float stepTargets(float[] v, int at, int distinct, float norm, float squares) {
        float limit = config.maxGradient();
        if (!scalar) {
            stepTargetsByCoordinate(v, at, distinct, norm);
            if (along != 0) {
                arithmetic.addScaled(along, v, at, 1f, userGradient, 0, d);
            }
            return arithmetic.dot(userGradient, 0, userGradient, 0, d);
        }
        for (int k = 0; k < distinct; k++) {
            float pull = pulls[k];
            float size = Math.abs(pull) * norm;
            float clipped = size > limit ? pull * (limit / size) : pull;
            float rate = optimizer.rate(items.floats, items.targetState(rows[k]), clipped * clipped * squares / d);
            moves[k] = -rate * clipped;
        }
        float userSquares =
                arithmetic.update(v, at, items.floats, offsets, pulls, moves, keep, distinct, d, userGradient);
        for (int k = 0; k < distinct; k++) {
            bound(rows[k], 0, offsets[k], Math.abs(moves[k]) * norm);
        }
        if (along != 0) {
            arithmetic.addScaled(along, v, at, 1f, userGradient, 0, d);
            return arithmetic.dot(userGradient, 0, userGradient, 0, d);
        }
        return userSquares;
    }

    private void stepTargetsByCoordinate(float[] v, int at, int distinct, float norm) {
        Arrays.fill(userGradient, 0f);
        for (int k = 0; k < distinct; k++) {
            arithmetic.addScaled(pulls[k], items.floats, offsets[k], 1f, userGradient, 0, d);
        }
        for (int k = 0; k < distinct; k++) {
            float size = Math.abs(pulls[k]) * norm;
            float clipped = size > config.maxGradient() ? pulls[k] * (config.maxGradient() / size) : pulls[k];
            arithmetic.addScaled(clipped, v, at, 0f, itemGradient, 0, d);
            shrink(items.floats, offsets[k]);
            optimizer.step(items.floats, offsets[k], items.floats, items.targetState(rows[k]), itemGradient, d);
            bound(rows[k], 0, offsets[k], Float.POSITIVE_INFINITY);
        }
    }

    private void stepBiases(int distinct) {
        float limit = config.maxBias();
        for (int k = 0; k < distinct; k++) {
            int at = items.bias(rows[k]);
            float pull = clip(pulls[k], config.maxGradient());
            if (scalar) {
                items.floats[at] -= optimizer.rate(items.floats, items.biasState(rows[k]), pull * pull) * pull;
            } else {
                itemGradient[0] = pull;
                optimizer.step(items.floats, at, items.floats, items.biasState(rows[k]), itemGradient, 1);
            }
            items.floats[at] = clip(items.floats[at], limit);
        }
    }

    private static float clip(float x, float limit) {
        return x > limit ? limit : x < -limit ? -limit : x;
    }

    /** {@code userGradient} is the derivative by v; x_u and each context vector take their share of it. */
    private void stepUser(int user, float squares) {
        float norm = (float) Math.sqrt(squares);
        if (!Float.isFinite(norm)) {
            discarded++;
            return;
        }
        float own = config.ownWeight();
        if (own > 0) {
            float move = stepRow(own, norm, squares, users.floats, users.vector(user), users.floats, users.state(user));
            float grown = users.normBound(user) + move;
            users.normBound(user, project(users.floats, users.vector(user), users.normBound(user) == 0, grown));
        }
        for (int k = 0; k < contextCount; k++) {
            int row = contextRows[k];
            int at = items.context(row);
            items.touch(row);
            float move =
                    stepRow(contextWeights[k], norm, squares, items.floats, at, items.floats, items.contextState(row));
            bound(row, items.hasContext() ? 1 : 0, at, move);
        }
    }

    /** Steps one row whose gradient is {@code share × userGradient}; returns how far it moved at most. */
    private float stepRow(
            float share, float norm, float squares, float[] vectors, int at, float[] states, int stateAt) {
        float size = Math.abs(share) * norm;
        float clipped = size > config.maxGradient() ? share * (config.maxGradient() / size) : share;
        if (scalar) {
            float rate = optimizer.rate(states, stateAt, clipped * clipped * squares / d);
            arithmetic.addScaled(-rate * clipped, userGradient, 0, keep, vectors, at, d);
            return rate * Math.abs(clipped) * norm;
        }
        arithmetic.addScaled(clipped, userGradient, 0, 0f, itemGradient, 0, d);
        shrink(vectors, at);
        optimizer.step(vectors, at, states, stateAt, itemGradient, d);
        return Float.POSITIVE_INFINITY;
    }

    private void shrink(float[] vectors, int at) {
        if (keep != 1) {
            arithmetic.addScaled(0f, vectors, at, keep, vectors, at, d);
        }
    }

    private void bound(int row, int half, int at, float move) {
        float known = items.normBound(row, half);
        items.normBound(row, half, project(items.floats, at, known == 0, known + move));
    }

    /**
     * Projects a vector back to the largest norm allowed. {@code bound} is at least its norm, so as long as that is
     * allowed nothing need be computed; the decision itself always rests on the norm alone.
     */
    private float project(float[] vectors, int at, boolean unknown, float bound) {
        float limit = config.maxNorm();
        if (!unknown && bound <= limit) {
            return bound;
        }
        return arithmetic.project(vectors, at, d, limit) * 1.00001f + 1e-30f;
    }

    /** Rows and weights of the user's last clicks that are in the catalog. */
    private void findContext(int user) {
        RecentItems clicked = users.clicked(user);
        int last = Math.min(recency.items(), clicked.size());
        contextCount = 0;
        float sum = 0;
        for (int k = 0; k < last; k++) {
            int slot = clicked.slot(k, catalog);
            if (slot >= 0) {
                contextRows[contextCount] = items.row(slot);
                contextWeights[contextCount++] = recency.of(k);
                sum += recency.of(k);
            }
        }
        float scale = RecencyWeights.scale(sum);
        for (int k = 0; k < contextCount; k++) {
            contextWeights[k] *= scale;
        }
    }

    private void room(int terms) {
        if (terms > rows.length) {
            int larger = terms * 2;
            rows = new int[larger];
            offsets = new int[larger];
            merged = new int[larger];
            mergedTerms = new int[larger];
            distinctScores = new float[larger];
            scores = new float[larger];
            derivatives = new float[larger];
            pulls = new float[larger];
            moves = new float[larger];
        }
    }
}
