package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;
import org.junit.jupiter.api.Test;

/** Bounds of norms spare the learner norms, but never change what it learns. */
class NormBoundsTest {

    private static final int ITEMS = 12;
    private static final int USERS = 3;
    private static final int STEPS = 2_000;
    private static final float MAX_NORM = 1;

    /** A learner, and one that is made to measure because it forgets all bounds before each step. */
    private static final class Model {
        final Catalog catalog = new Catalog();
        final ItemRows items;
        final UserRows users;
        final OnlineLearner learner;

        Model(int d, float maxGradient, float l2) {
            var config = new LearningConfig(
                    d, "logistic", "sgd", 0.4f, l2, 0.5f, MAX_NORM, 0.5f, maxGradient, 1, 0, 1, true, 0, 0, 7);
            Optimizer optimizer = Optimizers.make(config);
            items = new ItemRows(config, optimizer, catalog, null);
            users = new UserRows(config, optimizer, 5, 5, 100);
            learner = new OnlineLearner(config, catalog, items, users, optimizer);
            for (int k = 0; k < ITEMS; k++) {
                items.row(catalog.add(EntityId.of("i" + k)));
            }
            for (int k = 0; k < USERS; k++) {
                users.row(EntityId.of("u" + k));
            }
        }

        void forgetBounds() {
            for (int row = 0; row < ITEMS; row++) {
                items.normBound(row, 0, Float.POSITIVE_INFINITY);
            }
            for (int row = 0; row < USERS; row++) {
                users.normBound(row, Float.POSITIVE_INFINITY);
            }
        }

        String vectors() {
            var bits = new StringBuilder();
            for (int row = 0; row < ITEMS; row++) {
                append(items.floats(), items.target(row), items.padded(), bits);
                append(items.floats(), items.bias(row), 1, bits);
            }
            for (int row = 0; row < USERS; row++) {
                append(users.floats(), users.vector(row), items.padded(), bits);
            }
            return bits.toString();
        }

        private static void append(float[] x, int from, int n, StringBuilder bits) {
            for (int f = from; f < from + n; f++) {
                bits.append(Float.floatToRawIntBits(x[f])).append(' ');
            }
        }

        /** The largest norm of a target or a user's row over its bound. */
        double largestOfBound() {
            double largest = 0;
            for (int row = 0; row < ITEMS; row++) {
                largest = Math.max(largest, norm(items.floats(), items.target(row)) / items.normBound(row, 0));
            }
            for (int row = 0; row < USERS; row++) {
                largest = Math.max(largest, norm(users.floats(), users.vector(row)) / users.normBound(row));
            }
            return largest;
        }

        double norm(float[] x, int from) {
            double squares = 0;
            for (int f = from; f < from + items.padded(); f++) {
                squares += (double) x[f] * x[f];
            }
            return Math.sqrt(squares);
        }
    }

    @Test
    void whatIsLearnedIsTheSameBitForBit() {
        for (int seed = 0; seed < 12; seed++) {
            assertThat(firstDifference(seed)).as("seed " + seed).isEqualTo(-1);
        }
    }

    private static int firstDifference(int seed) {
        int d = seed % 2 == 0 ? 64 : 24;
        float maxGradient = new float[] {0.1f, 0.6f, 50f}[seed % 3];
        float l2 = seed % 4 == 3 ? 0.01f : 0;
        var model = new Model(d, maxGradient, l2);
        var measuring = new Model(d, maxGradient, l2);
        for (int step = 0; step < STEPS; step++) {
            measuring.forgetBounds();
            learn(model, seed, step);
            learn(measuring, seed, step);
            if (step % 50 == 0 && !model.vectors().equals(measuring.vectors())) {
                return step;
            }
        }
        return -1;
    }

    private static boolean learn(Model model, int seed, int step) {
        var random = new CounterRandom();
        random.reset(seed, step, 3);
        int user = random.nextInt(USERS);
        var negatives = new Negatives();
        for (int k = random.nextInt(6); k >= 0; k--) {
            negatives.add(random.nextInt(ITEMS), Double.NaN, random.nextInt(3), "given");
        }
        if (random.nextInt(4) == 0) {
            return model.learner.learnPair(user, random.nextInt(ITEMS), random.nextInt(2) == 0, 1f, step);
        }
        return model.learner.learn(user, random.nextInt(ITEMS), negatives, 1 + random.nextInt(2), step);
    }

    @Test
    void noNormIsEverAboveItsBound() {
        for (int seed = 0; seed < 6; seed++) {
            var model = new Model(64, seed < 3 ? 0.3f : 50f, 0);
            double longest = 0;
            for (int step = 0; step < STEPS; step++) {
                learn(model, seed, step);
                assertThat(model.largestOfBound())
                        .as("seed " + seed + ", step " + step)
                        .isLessThanOrEqualTo(1);
                longest = Math.max(longest, model.norm(model.items.floats(), model.items.target(step % ITEMS)));
            }
            assertThat(longest).as("so long that it is cut").isGreaterThan(0.99 * MAX_NORM);
        }
    }
}
