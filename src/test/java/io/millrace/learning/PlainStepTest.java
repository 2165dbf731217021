package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The step at a glance spares the learner norms, but never changes what it learns. */
class PlainStepTest {

    private static final int ITEMS = 12;
    private static final int USERS = 3;
    private static final int STEPS = 2_000;
    private static final float MAX_NORM = 1;

    /** The same optimiser, but that its rate is constant is not known, so that every step goes by norms. */
    private record Unplain(Optimizer optimizer) implements Optimizer {

        @Override
        public String name() {
            return optimizer.name();
        }

        @Override
        public int stateFloats(int d) {
            return optimizer.stateFloats(d);
        }

        @Override
        public boolean isScalar() {
            return optimizer.isScalar();
        }

        @Override
        public float rate(float[] state, int at, float squaredNorm) {
            return optimizer.rate(state, at, squaredNorm);
        }

        @Override
        public void step(float[] row, int i, float[] state, int at, float[] gradient, int d) {
            optimizer.step(row, i, state, at, gradient, d);
        }
    }

    private static final class Model {
        final Catalog catalog = new Catalog();
        final ItemRows items;
        final UserRows users;
        final OnlineLearner learner;

        /** Rows of items, in the order that their change was announced. */
        private final StringBuilder announced = new StringBuilder();

        Model(LearningConfig config, UnaryOperator<Optimizer> as) {
            Optimizer optimizer = as.apply(Optimizers.make(config));
            items = new ItemRows(config, optimizer, catalog, null);
            items.watch(new ItemRows.Watcher() {
                @Override
                public void beforeChange(int row) {
                    announced
                            .append(row)
                            .append(" at ")
                            .append(items.updates(row))
                            .append(' ');
                }

                @Override
                public void started(int row, float bias) {
                    throw new IllegalStateException("nothing starts at a bias here");
                }
            });
            users = new UserRows(config, optimizer, 5, 5, 100);
            learner = new OnlineLearner(config, catalog, items, users, optimizer);
            for (int k = 0; k < ITEMS; k++) {
                items.row(catalog.add(EntityId.of("i" + k)));
            }
            for (int k = 0; k < USERS; k++) {
                users.row(EntityId.of("u" + k));
            }
        }

        String learned() {
            var bits = new StringBuilder();
            for (int row = 0; row < ITEMS; row++) {
                append(items.floats(), items.target(row), items.padded(), bits);
                append(items.floats(), items.bias(row), 1, bits);
                bits.append(items.updates(row)).append(' ').append(items.digest(row));
            }
            for (int row = 0; row < USERS; row++) {
                append(users.floats(), users.vector(row), items.padded(), bits);
                bits.append(users.updates(row)).append(' ').append(users.digest(row));
            }
            bits.append(" announced ").append(announced).append("touched ");
            for (int k = 0; k < users.touchedCount(); k++) {
                bits.append(users.touchedRow(k)).append(' ');
            }
            return bits.toString();
        }

        /** As at a commit: what changes from now on is announced and touched again. */
        void forgetTouched() {
            announced.setLength(0);
            items.forgetTouched();
            users.logged();
        }

        private static void append(float[] x, int from, int n, StringBuilder bits) {
            for (int f = from; f < from + n; f++) {
                bits.append(Float.floatToRawIntBits(x[f])).append(' ');
            }
        }

        double longest() {
            double longest = 0;
            for (int row = 0; row < ITEMS; row++) {
                longest = Math.max(longest, Arithmetic.get().norm(items.floats(), items.target(row), items.padded()));
            }
            for (int row = 0; row < USERS; row++) {
                longest = Math.max(longest, Arithmetic.get().norm(users.floats(), users.vector(row), items.padded()));
            }
            return longest;
        }
    }

    /** Where rows are as long as they may be. */
    private static LearningConfig tight(int d, float maxGradient, float l2) {
        return new LearningConfig(
                d, "logistic", "sgd", 0.4f, l2, 0.5f, MAX_NORM, 0.5f, maxGradient, 1, 0, 1, true, 0, 0, 7);
    }

    /** Where next to every step is whole. */
    private static LearningConfig wide(int d, float maxGradient) {
        return new LearningConfig(d, "logistic", "sgd", 0.05f, 0, 0.1f, 100, 0.5f, maxGradient, 1, 0, 1, true, 0, 0, 7);
    }

    @Test
    void whatIsLearnedAnnouncedAndTouchedIsTheSame() {
        for (int seed = 0; seed < 12; seed++) {
            assertThat(firstDifference(seed)).as("seed " + seed).isEqualTo(-1);
        }
    }

    private static int firstDifference(int seed) {
        int d = seed % 2 == 0 ? 64 : 24;
        float maxGradient = new float[] {0.1f, 0.6f, 50f}[seed % 3];
        LearningConfig config = seed < 6 ? tight(d, maxGradient, 0) : wide(d, maxGradient);
        var model = new Model(config, optimizer -> optimizer);
        var byNorms = new Model(config, Unplain::new);
        for (int step = 0; step < STEPS; step++) {
            boolean isTaken = learn(model, seed, step);
            if (isTaken != learn(byNorms, seed, step)) {
                return step;
            }
            if (step % 7 == 0) {
                if (!model.learned().equals(byNorms.learned())) {
                    return step;
                }
                model.forgetTouched();
                byNorms.forgetTouched();
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
        float weight = random.nextInt(100) == 0 ? Float.POSITIVE_INFINITY : 1 + random.nextInt(2);
        return model.learner.learn(user, random.nextInt(ITEMS), negatives, weight, step);
    }

    @Test
    void noRowIsEverLongerThanAllowed() {
        for (int seed = 0; seed < 6; seed++) {
            var model = new Model(tight(64, seed < 3 ? 0.3f : 50f, 0), optimizer -> optimizer);
            double longest = 0;
            for (int step = 0; step < STEPS; step++) {
                learn(model, seed, step);
                longest = Math.max(longest, model.longest());
            }
            assertThat(longest).as("seed " + seed + ", cut at the norm allowed").isBetween(0.99999, 1.00001);
        }
    }

    @Test
    void fitsOneRateWithoutDecay() {
        LearningConfig config = tight(16, 1, 0);
        Optimizer optimizer = Optimizers.make(config);
        assertThat(PlainStep.fits(config, optimizer)).isTrue();
        assertThat(PlainStep.fits(tight(16, 1, 0.1f), optimizer)).isFalse();
        assertThat(PlainStep.fits(config, new Unplain(optimizer))).isFalse();
        assertThat(PlainStep.fits(config, new Sgd(0.1f, 1, 0.5f))).isFalse();
        assertThat(PlainStep.fits(config, new RowAdagrad(0.1f, 1e-6f))).isFalse();
    }
}
