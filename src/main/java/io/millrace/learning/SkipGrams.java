package io.millrace.learning;

import io.millrace.sampling.Negatives;
import java.util.Arrays;

/**
 * Skip-gram with negative sampling on clicks, item2vec: of two clicks near each other either one predicts the other. With z
 * the vector of an item as what is given (the context vector of its row) and y as what follows (the target vector), a pair
 * of a centre h and a context c has
 *
 * <pre>
 *   L = -ln σ(y_c · z_h) - Σ_j w_j ln σ(-y_j · z_h)
 * </pre>
 *
 * <p>A new click c brings all pairs with those before it, {@link ClickWindow}: (h, c) where c is in the window of h, and
 * (c, h) where h is in that of c. They share the negatives drawn for c, which are neither c nor one of the user's last
 * clicks; each pair's expected gradient is what it would be with negatives of its own, and the rows to be fetched are a
 * fraction. All gradients come from the parameters before the click, are summed per row, and every row takes one step.
 *
 * <p>y starts at 0 and z at random numbers, and there are no biases, as in the word2vec program. At the optimum y_c · z_h is
 * ln P(h, c) / (P(h) P(c)) less ln M where M negatives come from the distribution of clicks (Levy and Goldberg, NIPS 2014).
 *
 * <p>Source: Mikolov et al., NIPS 2013; Barkan and Koenigstein, "Item2vec", MLSP 2016; one set of negatives for a window as
 * in Ji et al., "Parallelizing Word2Vec in Shared and Distributed Memory", 2016.
 */
final class SkipGrams {

    private final ItemRows items;
    private final ExampleRows outputs;
    private final RowSteps steps;
    private final Arithmetic arithmetic = Arithmetic.own();
    private final int d;

    /** Rows that are given, each once; the new click's is the last. */
    private final int[] inputs;

    /** Pairs of each with the new click as what follows. */
    private final int[] pairs;

    /** Where the k-th click of the window is among the outputs, or -1 when it does not follow the new one. */
    private final int[] following;

    private final float[] inputGradients;
    private float[] outputGradients = new float[0];
    private float[] squares = new float[64];
    private int given;

    SkipGrams(LearningConfig config, ItemRows items, ExampleRows outputs, RowSteps steps) {
        this.items = items;
        this.outputs = outputs;
        this.steps = steps;
        d = items.padded();
        int window = config.sequences().window();
        inputs = new int[window + 1];
        pairs = new int[window + 1];
        following = new int[window];
        inputGradients = new float[(window + 1) * d];
    }

    /**
     * One step on a click and all its pairs. The rows of the click and of the negatives carry the digest; those of the
     * window move without it, as contexts do.
     *
     * @return false when the gradients were not finite, and nothing moved
     */
    boolean learn(int positive, ClickWindow window, Negatives negatives, float weight, long digest) {
        outputs.gather(positive, negatives, window.size());
        findPairs(positive, window);
        room();
        int distinct = outputs.distinct();
        Arrays.fill(outputGradients, 0, distinct * d, 0f);
        for (int i = 0; i <= given; i++) {
            addGradients(i, window, negatives, weight);
        }
        if (!isFinite(distinct)) {
            return false;
        }
        announce(digest, distinct);
        for (int k = 0; k < distinct; k++) {
            if (squares[k] > 0) {
                steps.stepTarget(outputs.offsets[k], outputGradients, k * d, squares[k]);
            }
        }
        for (int i = 0; i <= given; i++) {
            if (squares[distinct + i] > 0) {
                float norm = (float) Math.sqrt(squares[distinct + i]);
                steps.stepContext(inputs[i], 1, inputGradients, i * d, norm, squares[distinct + i]);
            }
        }
        return true;
    }

    private void findPairs(int positive, ClickWindow window) {
        given = 0;
        int own = items.row(positive);
        int ownPairs = 0;
        for (int k = 0; k < window.size(); k++) {
            int row = items.row(window.slot(k));
            if (window.follows(k) && row == own) {
                ownPairs++;
            } else if (window.follows(k)) {
                count(row);
            }
            following[k] = window.precedes(k) ? outputs.add(window.slot(k)) : -1;
        }
        inputs[given] = own;
        pairs[given] = ownPairs;
    }

    private void count(int row) {
        int seen = 0;
        while (seen < given && inputs[seen] != row) {
            seen++;
        }
        if (seen == given) {
            inputs[given] = row;
            pairs[given++] = 0;
        }
        pairs[seen]++;
    }

    /** The gradients of all pairs in which one row is given. */
    private void addGradients(int i, ClickWindow window, Negatives negatives, float weight) {
        int at = items.context(inputs[i]);
        outputs.score(items.floats, at);
        outputs.release();
        if (pairs[i] > 0) {
            outputs.pullToo(0, negatives, weight * pairs[i], 0);
        }
        for (int k = 0; i == given && k < window.size(); k++) {
            if (following[k] >= 0) {
                outputs.pullToo(following[k], negatives, weight, 0);
            }
        }
        Arrays.fill(inputGradients, i * d, (i + 1) * d, 0f);
        for (int k = 0; k < outputs.distinct(); k++) {
            float pull = outputs.pulls[k];
            arithmetic.addScaled(pull, items.floats, outputs.offsets[k], 1f, inputGradients, i * d, d);
            arithmetic.addScaled(pull, items.floats, at, 1f, outputGradients, k * d, d);
        }
    }

    private boolean isFinite(int distinct) {
        float sum = 0;
        for (int k = 0; k < distinct; k++) {
            squares[k] = arithmetic.dot(outputGradients, k * d, outputGradients, k * d, d);
            sum += squares[k];
        }
        for (int i = 0; i <= given; i++) {
            squares[distinct + i] = arithmetic.dot(inputGradients, i * d, inputGradients, i * d, d);
            sum += squares[distinct + i];
        }
        return Float.isFinite(sum);
    }

    private void announce(long digest, int distinct) {
        for (int k = 0; k < distinct; k++) {
            if (k < outputs.named()) {
                items.step(outputs.offsets[k], digest);
            } else {
                items.move(outputs.offsets[k]);
            }
        }
        for (int i = 0; i <= given; i++) {
            items.touch(inputs[i]);
        }
    }

    private void room() {
        int distinct = outputs.distinct();
        if (outputGradients.length < distinct * d) {
            outputGradients = new float[2 * distinct * d];
        }
        if (squares.length < distinct + inputs.length) {
            squares = new float[2 * (distinct + inputs.length)];
        }
    }
}
