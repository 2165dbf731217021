package io.millrace.learning;

import io.millrace.sampling.Adversary;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;
import io.millrace.sampling.RecentItems;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
 * <p>Where items are learned from sequences, the clicks near the positive take the user's place: with {@code cbow} v is the
 * mean of their context vectors, with {@code sgns} each of them is a v of its own, see {@link SkipGrams}. There are no biases
 * then. What is served is v as above, without x_u.
 *
 * <p>With {@code hierarchical-softmax} v is as above and a click is learned by its path in a tree instead of by y and b, see
 * {@link HierarchicalSoftmax}.
 *
 * <p>For a loss with derivative a_j by s(u, j), the gradient of y_j is a_j v and its norm |a_j| ‖v‖: no item gradient is
 * ever written down unless the optimiser works by coordinate.
 *
 * <p>Allocates nothing per example once its buffers have grown. Not thread-safe.
 */
public final class OnlineLearner {

    private final LearningConfig config;
    private final SequenceConfig sequences;
    private final Arithmetic arithmetic = Arithmetic.own();
    private final Loss loss;
    private final Optimizer optimizer;
    private final boolean scalar;
    private final float keep;
    private final boolean hasBiases;
    private final Catalog catalog;
    private final ItemRows items;
    private final UserRows users;
    private final int d;

    private final ExampleRows example;
    private final RowSteps steps;
    private final @Nullable PlainStep plain;
    private final @Nullable SkipGrams skipGrams;
    private final @Nullable HierarchicalSoftmax tree;
    private final float[] represented;
    private final float[] userGradient;
    private final float[] itemGradient;
    private final RecencyWeights recency;
    private final int[] contextRows;
    private final float[] contextWeights;
    private final float[] contextShares;
    private int contextCount;
    private float[] moves = new float[64];
    private final Negatives none = new Negatives();
    private long discarded;

    /** What, times v, the adversarial term adds to the gradient by v. */
    private float along;

    public OnlineLearner(LearningConfig config, Catalog catalog, ItemRows items, UserRows users, Optimizer optimizer) {
        this.config = config;
        this.catalog = catalog;
        this.items = items;
        this.users = users;
        this.optimizer = optimizer;
        sequences = config.sequences();
        loss = Losses.make(config);
        scalar = optimizer.isScalar();
        d = items.padded();
        hasBiases = !sequences.isSequential();
        example = new ExampleRows(items, loss, hasBiases);
        steps = new RowSteps(config, optimizer, items);
        plain = PlainStep.fits(config, optimizer)
                ? new PlainStep(config, optimizer.constantRate(), items, users, steps)
                : null;
        keep = steps.keep();
        skipGrams = sequences.isSkipGram() ? new SkipGrams(config, items, example, steps) : null;
        tree = sequences.isTree() ? new HierarchicalSoftmax(config, catalog, steps, optimizer) : null;
        represented = new float[d];
        userGradient = new float[d];
        itemGradient = new float[d];
        recency = new RecencyWeights(config.contextItems(), config.contextDecay());
        int context = Math.max(config.contextItems(), sequences.isCbow() ? sequences.reach() : 0);
        contextRows = new int[context];
        contextWeights = new float[context];
        contextShares = new float[context];
    }

    public ItemRows items() {
        return items;
    }

    public UserRows users() {
        return users;
    }

    /** Hardens the loss from now on. */
    public void adversary(Adversary against) {
        example.adversary(against);
    }

    /** The tree whose paths are learned, where they are; else null. */
    public @Nullable HierarchicalSoftmax tree() {
        return tree;
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
        findContext(user);
        int x = users.vector(user);
        float own = config.ownWeight();
        for (int f = 0; f < d; f++) {
            out[f] = own * users.floats[x + f];
        }
        addContext(out);
    }

    private void addContext(float[] out) {
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
        if (tree != null) {
            return learnPath(tree, user, positive, weight, digest);
        }
        users.fetch(user);
        example.gather(positive, negatives, 0);
        float[] v = userVector(user);
        int at = vectorStart(user);
        float norm = example.needsNorm() ? arithmetic.norm(v, at, d) : 0;
        example.score(v, at);
        along = example.pull(negatives, weight, shift, norm);
        return step(user, v, at, digest);
    }

    /**
     * One step on a positive, its negatives and the clicks near it, where items are learned from sequences.
     *
     * @param window of the positive, not empty
     */
    public boolean learn(int user, int positive, ClickWindow window, Negatives negatives, float weight, long digest) {
        along = 0;
        if (skipGrams == null) {
            return learnFromMean(user, positive, window, negatives, weight, digest);
        }
        boolean isTaken = skipGrams.learn(positive, window, negatives, weight, digest);
        if (isTaken) {
            users.touch(user);
            users.addSteps(user, 1, digest);
        } else {
            discarded++;
        }
        return isTaken;
    }

    /** The click by its path. The item's own row does not move, but says that the item was learned. */
    private boolean learnPath(HierarchicalSoftmax paths, int user, int positive, float weight, long digest) {
        float[] v = userVector(user);
        if (!paths.learn(positive, v, vectorStart(user), weight, userGradient)) {
            discarded++;
            return false;
        }
        int row = items.row(positive);
        items.step(items.target(row), digest);
        users.touch(user);
        users.addSteps(user, 1, digest);
        stepUser(user);
        return true;
    }

    /** The click from the mean of those that precede it. */
    private boolean learnFromMean(
            int user, int positive, ClickWindow window, Negatives negatives, float weight, long digest) {
        example.gather(positive, negatives, 0);
        findContext(window);
        Arrays.fill(represented, 0f);
        addContext(represented);
        example.score(represented, 0);
        example.pull(negatives, weight, 0, arithmetic.norm(represented, 0, d));
        return stepByNorms(user, represented, 0, digest);
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
        users.fetch(user);
        example.gather(item, none, 0);
        float[] v = userVector(user);
        int at = vectorStart(user);
        example.score(v, at);
        float s = example.score(0) + shift;
        along = 0;
        example.pulls[0] = weight * (positive ? -Sigmoid.of(-s) : Sigmoid.of(s));
        return step(user, v, at, digest);
    }

    /**
     * Starts a user anew from what they clicked: x_u becomes the mean of the target vectors of those of their recent clicks
     * that are in the catalog, an item as often as it was clicked. Optimiser state stays as it is.
     */
    public void foldIn(int user) {
        RecentItems clicked = users.clicked(user);
        int known = 0;
        for (int k = 0; k < clicked.size(); k++) {
            known += clicked.slot(k, catalog) >= 0 ? 1 : 0;
        }
        int x = users.vector(user);
        float keep = 0;
        for (int k = 0; k < clicked.size(); k++) {
            int slot = clicked.slot(k, catalog);
            if (slot >= 0) {
                int row = items.row(slot); // may make the row, and the array larger
                arithmetic.addScaled(1f / known, items.floats, items.target(row), keep, users.floats, x, d);
                keep = 1;
            }
        }
        users.touch(user);
        steps.project(users.floats, x);
    }

    /** The array that holds v: the user's own row where v is that row, else the scratch it is added up in. */
    private float[] userVector(int user) {
        if (config.scoresByOwnRow()) {
            contextCount = 0;
            return users.floats;
        }
        represent(user, represented);
        return represented;
    }

    private int vectorStart(int user) {
        return config.scoresByOwnRow() ? users.vector(user) : 0;
    }

    /** Takes the pulls, the derivative by each row's score, and moves everything that had a part in it. */
    private boolean step(int user, float[] v, int at, long digest) {
        StepKernel.Moved moved = plain == null || along != 0
                ? StepKernel.Moved.NOTHING
                : plain.take(example, user, digest, userGradient);
        if (moved == StepKernel.Moved.NOTHING) {
            return stepByNorms(user, v, at, digest);
        }
        if (moved == StepKernel.Moved.ROWS) {
            stepUser(user);
        }
        return true;
    }

    private boolean stepByNorms(int user, float[] v, int at, long digest) {
        float squares = arithmetic.dot(v, at, v, at, d);
        float norm = (float) Math.sqrt(squares);
        if (!Float.isFinite(example.largestPull() + norm)) {
            discarded++;
            return false;
        }
        users.touch(user);
        users.addSteps(user, 1, digest);
        for (int k = 0; k < example.distinct(); k++) {
            items.step(example.offsets[k], digest);
        }
        if (scalar) {
            stepTargets(v, at, norm, squares);
        } else {
            stepTargetsByCoordinate(v, at, norm, squares);
        }
        if (along != 0) {
            arithmetic.addScaled(along, v, at, 1f, userGradient, 0, d);
        }
        stepUser(user);
        return true;
    }

    /** Moves targets and biases, and fills {@code userGradient}. */
    private void stepTargets(float[] v, int at, float norm, float squares) {
        int distinct = example.distinct();
        if (moves.length < distinct) {
            moves = new float[2 * distinct];
        }
        float[] floats = items.floats;
        for (int k = 0; k < distinct; k++) {
            int target = example.offsets[k];
            float pull = example.pulls[k];
            float clipped = steps.clip(pull, norm);
            moves[k] = -optimizer.rate(floats, items.targetStateAt(target), clipped * clipped * squares / d) * clipped;
            if (hasBiases) {
                stepBias(target, clip(pull, config.maxGradient()));
            }
        }
        arithmetic.update(v, at, floats, example.offsets, example.pulls, moves, keep, distinct, d, userGradient);
        for (int k = 0; k < distinct; k++) {
            steps.project(floats, example.offsets[k]);
        }
    }

    private void stepBias(int target, float pull) {
        float[] floats = items.floats;
        int at = items.biasAt(target);
        float rate = optimizer.rate(floats, items.biasStateAt(target), pull * pull);
        floats[at] = clip(floats[at] - rate * pull, config.maxBias());
    }

    private void stepTargetsByCoordinate(float[] v, int at, float norm, float squares) {
        int distinct = example.distinct();
        Arrays.fill(userGradient, 0f);
        for (int k = 0; k < distinct; k++) {
            arithmetic.addScaled(example.pulls[k], items.floats, example.offsets[k], 1f, userGradient, 0, d);
        }
        for (int k = 0; k < distinct; k++) {
            int target = example.offsets[k];
            steps.step(
                    example.pulls[k],
                    v,
                    at,
                    norm,
                    squares,
                    items.floats,
                    target,
                    items.floats,
                    items.targetStateAt(target));
            steps.project(items.floats, target);
            if (hasBiases) {
                stepBiasByCoordinate(target, clip(example.pulls[k], config.maxGradient()));
            }
        }
    }

    private void stepBiasByCoordinate(int target, float pull) {
        int at = items.biasAt(target);
        itemGradient[0] = pull;
        optimizer.step(items.floats, at, items.floats, items.biasStateAt(target), itemGradient, 1);
        items.floats[at] = clip(items.floats[at], config.maxBias());
    }

    private static float clip(float x, float limit) {
        return x > limit ? limit : x < -limit ? -limit : x;
    }

    /** {@code userGradient} is the derivative by v; x_u and each context vector take their share of it. */
    private void stepUser(int user) {
        float squares = arithmetic.dot(userGradient, 0, userGradient, 0, d);
        float norm = (float) Math.sqrt(squares);
        if (!Float.isFinite(norm)) {
            discarded++;
            return;
        }
        float own = config.ownWeight();
        if (own > 0) {
            int x = users.vector(user);
            steps.step(own, userGradient, 0, norm, squares, users.floats, x, users.floats, users.state(user));
            steps.project(users.floats, x);
        }
        for (int k = 0; k < contextCount; k++) {
            items.touch(contextRows[k]);
            steps.stepContext(contextRows[k], contextShares[k], userGradient, 0, norm, squares);
        }
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
            contextShares[k] = contextWeights[k];
        }
    }

    /** Rows of the clicks that precede a positive, each once, and what they are of the mean. */
    private void findContext(ClickWindow window) {
        contextCount = 0;
        int clicks = 0;
        for (int k = 0; k < window.size(); k++) {
            if (window.precedes(k)) {
                int seen = findContextRow(items.row(window.slot(k)));
                contextWeights[seen]++;
                clicks++;
            }
        }
        for (int k = 0; k < contextCount; k++) {
            contextShares[k] = sequences.isExact() ? contextWeights[k] / clicks : contextWeights[k];
            contextWeights[k] /= clicks;
        }
    }

    private int findContextRow(int row) {
        int seen = 0;
        while (seen < contextCount && contextRows[seen] != row) {
            seen++;
        }
        if (seen == contextCount) {
            contextRows[seen] = row;
            contextWeights[seen] = 0;
            contextCount++;
        }
        return seen;
    }
}
