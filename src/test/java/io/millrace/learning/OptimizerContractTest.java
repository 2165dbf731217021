package io.millrace.learning;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.millrace.event.CounterRandom;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every optimiser in the registry promises. */
class OptimizerContractTest {

    private static final int D = 16;

    /** Every optimiser as it is by default, and with all it can be told. */
    static List<Optimizer> optimizers() {
        LearningConfig config = new LearningConfig(D, "bpr", "sgd", 0.1f, 0, 1, 100, 10, 100, 1, 0, 1, true, 0, 0, 7);
        OptimizerConfig told = new OptimizerConfig(0.01f, 0.7f, 100, 0.5f, 0.01f, 0.1f, 0.5f, 0.9f);
        List<Optimizer> optimizers = new ArrayList<>();
        for (String name : Optimizers.names()) {
            optimizers.add(Optimizers.make(config.withOptimizer(name, 0.1f, OptimizerConfig.DEFAULT)));
            optimizers.add(Optimizers.make(config.withOptimizer(name, 0.1f, told)));
        }
        return optimizers;
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void aZeroGradientLeavesTheRow(Optimizer optimizer) {
        forSeeds(20, random -> {
            float[] row = gradient(random, 1);
            float[] state = new float[optimizer.stateFloats(D)];
            for (int t = 0; t < 5; t++) {
                optimizer.step(row, 0, state, 0, gradient(random, 1), D);
            }
            float[] before = row.clone();
            optimizer.step(row, 0, state, 0, new float[D], D);
            assertThat(row).isEqualTo(before);
        });
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void theFirstStepGoesAgainstTheGradientAndIsBounded(Optimizer optimizer) {
        forSeeds(50, random -> {
            float[] gradient = gradient(random, 1 + random.nextInt(100));
            float[] row = new float[D];
            optimizer.step(row, 0, new float[optimizer.stateFloats(D)], 0, gradient, D);
            for (int f = 0; f < D; f++) {
                assertThat(row[f] * gradient[f]).isLessThanOrEqualTo(0);
                assertThat(Math.abs(row[f])).isLessThanOrEqualTo(0.1001f * Math.max(1, 2 * Math.abs(gradient[f])));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void rowsAndStateStayFiniteUnderAnyGradientThatClippingLetsThrough(Optimizer optimizer) {
        float[] sizes = {0, 1e-30f, 1e-10f, 1, 100};
        forSeeds(20, random -> {
            float[] row = new float[D];
            float[] state = new float[optimizer.stateFloats(D)];
            for (int t = 0; t < 200; t++) {
                optimizer.step(row, 0, state, 0, gradient(random, sizes[random.nextInt(sizes.length)]), D);
            }
            assertAllFinite(row);
            assertAllFinite(state);
        });
    }

    /** State that several learners' changes were added to may be what no single learner would have. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void aStateBelowZeroDoesNoHarm(Optimizer optimizer) {
        float[] row = new float[D];
        float[] state = new float[optimizer.stateFloats(D)];
        Arrays.fill(state, 0, Math.max(0, state.length - 1), -0.5f);
        optimizer.step(row, 0, state, 0, gradient(new CounterRandom().reset(1, 0, 0), 1), D);
        assertAllFinite(row);
        assertAllFinite(state);
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void nothingBesideTheRowAndItsStateIsTouched(Optimizer optimizer) {
        int states = optimizer.stateFloats(D);
        float[] floats = new float[40 + D + states];
        Arrays.fill(floats, 7f);
        Arrays.fill(floats, 10, 10 + D + 10 + states, 0f);
        Arrays.fill(floats, 10 + D, 20 + D, 7f);
        Arrays.fill(floats, 20 + D + states, floats.length, 7f);
        optimizer.step(floats, 10, floats, 20 + D, gradient(new CounterRandom().reset(1, 0, 0), 1), D);
        for (int k = 0; k < floats.length; k++) {
            boolean isIts = k >= 10 && k < 10 + D || k >= 20 + D && k < 20 + D + states;
            assertThat(isIts || floats[k] == 7f).as("float " + k).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void aScalarOptimizersStepIsItsRateTimesTheGradient(Optimizer optimizer) {
        if (!optimizer.isScalar()) {
            return;
        }
        forSeeds(20, random -> {
            float[] row = new float[D];
            float[] state = new float[optimizer.stateFloats(D)];
            float[] otherState = state.clone();
            float[] gradient = gradient(random, 1);
            float squares = 0;
            for (float g : gradient) {
                squares += g * g;
            }
            float rate = optimizer.rate(otherState, 0, squares / D);
            optimizer.step(row, 0, state, 0, gradient, D);
            assertThat(state).isEqualTo(otherState);
            for (int f = 0; f < D; f++) {
                assertThat(row[f]).isCloseTo(-rate * gradient[f], within(1e-7f));
            }
        });
    }

    /** Against the best fixed point in hindsight, on squared distances to a noisy target. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void regretOnAConvexStreamIsSmall(Optimizer optimizer) {
        CounterRandom random = new CounterRandom().reset(9, 0, 0);
        int steps = 20_000;
        float[] row = new float[1];
        float[] state = new float[optimizer.stateFloats(1)];
        double loss = 0;
        double best = 0;
        double target = 0.4;
        for (int t = 0; t < steps; t++) {
            float seen = (float) (target + 0.4 * (random.nextDouble() - 0.5));
            loss += (row[0] - seen) * (row[0] - seen) / 2;
            best += (target - seen) * (target - seen) / 2;
            optimizer.step(row, 0, state, 0, new float[] {row[0] - seen}, 1);
        }
        assertThat((loss - best) / steps).isBetween(-1e-4, 0.004);
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void aStepAllocatesNothing(Optimizer optimizer) {
        float[] row = new float[D];
        float[] state = new float[optimizer.stateFloats(D)];
        float[] gradient = gradient(new CounterRandom().reset(1, 0, 0), 1);
        optimizer.step(row, 0, state, 0, gradient, D);
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = bean.getThreadAllocatedBytes(thread);
        for (int k = 0; k < 2000; k++) {
            optimizer.step(row, 0, state, 0, gradient, D);
        }
        assertThat(bean.getThreadAllocatedBytes(thread) - before).isLessThan(10_000);
    }

    private static float[] gradient(CounterRandom random, float size) {
        float[] gradient = new float[D];
        for (int f = 0; f < D; f++) {
            gradient[f] = size * (2 * (float) random.nextDouble() - 1);
        }
        return gradient;
    }

    private static void assertAllFinite(float[] floats) {
        for (float f : floats) {
            assertThat(f).isFinite();
        }
    }
}
