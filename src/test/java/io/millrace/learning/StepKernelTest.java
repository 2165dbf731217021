package io.millrace.learning;

import static io.millrace.learning.StepKernel.Moved.ALL;
import static io.millrace.learning.StepKernel.Moved.NOTHING;
import static io.millrace.learning.StepKernel.Moved.ROWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepKernelTest {

    private static final float RATE = 0.3f;
    private static final float MAX_BIAS = 0.5f;

    /** The rows of a step as they are after it, by one kernel. */
    private static final class Step {
        final int d;
        final float[] x;
        final float[] rows;
        final int[] at;
        final float[] g;
        StepKernel.Moved moved = NOTHING;

        Step(int d, float[] x, float[] rows, int[] at) {
            this.d = d;
            this.x = x.clone();
            this.rows = rows.clone();
            this.at = at;
            g = new float[d];
        }

        Step take(StepKernel kernel, float[] pulls, float maxNorm, float maxGradient) {
            float squares = 0;
            for (float pull : pulls) {
                squares += pull * pull;
            }
            var terms = kernel.terms(d, RATE, maxNorm, maxGradient, d, MAX_BIAS);
            moved = kernel.move(x, 0, rows, at, pulls, squares, pulls.length, terms, 0x123456789ABCDEFL, g);
            return this;
        }

        /** What of it has to be the same whatever kernel took it. */
        boolean isLike(Step other) {
            if (moved == NOTHING || other.moved == NOTHING) {
                return true;
            }
            return Arrays.equals(bits(rows), bits(other.rows)) && Arrays.equals(bits(whole()), bits(other.whole()));
        }

        /** x as it is when the step has been finished. */
        float[] whole() {
            float[] whole = x.clone();
            for (int f = 0; moved == ROWS && f < d; f++) {
                whole[f] += -RATE * g[f];
            }
            return whole;
        }

        double longest() {
            double longest = norm(x, 0);
            for (int row : at) {
                longest = Math.max(longest, norm(rows, row));
            }
            return longest;
        }

        double norm(float[] vectors, int from) {
            return new ScalarArithmetic().norm(vectors, from, d);
        }

        private static int[] bits(float[] numbers) {
            int[] bits = new int[numbers.length];
            Arrays.setAll(bits, k -> Float.floatToRawIntBits(numbers[k]));
            return bits;
        }
    }

    @Test
    void vectorAndScalarCodeMoveTheSameBits() {
        assertThat(StepKernel.make()).isNotInstanceOf(ScalarStepKernel.class);
        assertThat(firstDifference()).isEmpty();
    }

    /** What differs first over random steps, of which some are whole and some are not; empty when nothing does. */
    static String firstDifference() {
        Set<StepKernel.Moved> ofScalar = EnumSet.noneOf(StepKernel.Moved.class);
        Set<StepKernel.Moved> ofBest = EnumSet.noneOf(StepKernel.Moved.class);
        for (int seed = 0; seed < 600; seed++) {
            CounterRandom random = new CounterRandom().reset(seed, 2, 11);
            int d = seed % 2 == 0 ? 64 : 16 * (1 + seed % 9);
            float[] pulls = numbers(random, 1 + random.nextInt(20), 2);
            int stride = d + 16;
            int[] at = new int[pulls.length];
            Arrays.setAll(at, k -> (pulls.length - 1 - k) * stride);
            float[] rows = numbers(random, pulls.length * stride, 0.2);
            float[] x = numbers(random, d, 0.4);
            float maxNorm = (float) Math.exp(4 * random.nextDouble() - 2);
            float maxGradient = (float) Math.exp(6 * random.nextDouble() - 2);
            var scalar = new Step(d, x, rows, at).take(new ScalarStepKernel(), pulls, maxNorm, maxGradient);
            var best = new Step(d, x, rows, at).take(StepKernel.make(), pulls, maxNorm, maxGradient);
            if (!scalar.isLike(best)) {
                return "seed " + seed + ": other bits, " + scalar.moved + ", " + best.moved;
            }
            ofScalar.add(scalar.moved);
            ofBest.add(best.moved);
            for (Step step : List.of(scalar, best)) {
                String wrong = wrong(step, x, rows, pulls, maxNorm);
                if (!wrong.isEmpty()) {
                    return "seed " + seed + ": " + wrong;
                }
            }
        }
        return ofScalar.size() == 3 && ofBest.size() == 3 ? "" : "of the outcomes only " + ofScalar + ", " + ofBest;
    }

    /** What a step did not do as {@link Arithmetic#update} does it. */
    private static String wrong(Step step, float[] x, float[] rows, float[] pulls, float maxNorm) {
        if (step.moved == NOTHING) {
            return Arrays.equals(step.x, x) && Arrays.equals(step.rows, rows) ? "" : "moved";
        }
        float[] moves = new float[pulls.length];
        for (int k = 0; k < moves.length; k++) {
            moves[k] = -RATE * pulls[k];
        }
        float[] moved = rows.clone();
        float[] g = new float[step.d];
        new ScalarArithmetic().update(x, 0, moved, step.at, pulls, moves, 1, pulls.length, step.d, g);
        float[] whole = x.clone();
        new ScalarArithmetic().addScaled(-RATE, g, 0, 1, whole, 0, step.d);
        for (int row : step.at) {
            if (!Arrays.equals(moved, row, row + step.d, step.rows, row, row + step.d)) {
                return "another row";
            }
        }
        if (!Arrays.equals(step.whole(), whole)) {
            return "another x";
        }
        return step.moved == ALL && step.longest() > maxNorm ? "too long" : "";
    }

    private static float[] numbers(CounterRandom random, int n, double size) {
        float[] x = new float[n];
        for (int k = 0; k < n; k++) {
            x[k] = (float) (size * (2 * random.nextDouble() - 1));
        }
        return x;
    }

    /** Equal elements leave a glance no room: what it takes for short is as long as what it may. */
    @Test
    void aGlanceTakesNothingForShorterThanItIs() {
        for (StepKernel kernel : List.of(new ScalarStepKernel(), StepKernel.make())) {
            for (int d = 16; d <= 160; d += 16) {
                float[] row = new float[d];
                Arrays.fill(row, 0.37f);
                float norm = new ScalarArithmetic().norm(row, 0, d);
                for (float of : new float[] {0.9f, 0.999f, 0.99999f}) {
                    assertThat(outcomes(kernel, row, of * norm)).containsExactly(NOTHING, ROWS, ROWS, ROWS);
                }
                assertThat(outcomes(kernel, row, 1.01f * norm)).containsOnly(ALL);
            }
        }
    }

    /** Where, in turn, the gradient of another row, x, a row, and the gradient of x is a row's pull of 1. */
    private static List<StepKernel.Moved> outcomes(StepKernel kernel, float[] row, float longest) {
        float[] zero = new float[row.length];
        return List.of(
                outcome(kernel, row, zero, 1, 1e9f, longest),
                outcome(kernel, row, zero, 0, longest, 1e9f),
                outcome(kernel, zero, row, 0, longest, 1e9f),
                outcome(kernel, zero, row, 1, 1e9f, longest));
    }

    private static StepKernel.Moved outcome(
            StepKernel kernel, float[] x, float[] row, float pull, float maxNorm, float maxGradient) {
        float[] rows = Arrays.copyOf(row, row.length + 16);
        return new Step(x.length, x, rows, new int[1]).take(kernel, new float[] {pull}, maxNorm, maxGradient).moved;
    }

    @Test
    void countsAndMovesTheBiasWithinWhatIsAllowed() {
        for (StepKernel kernel : List.of(new ScalarStepKernel(), StepKernel.make())) {
            for (int d : new int[] {16, 64}) {
                float[] rows = new float[d + 16];
                var step = new Step(d, new float[d], rows, new int[1]);
                step.take(kernel, new float[] {0.5f}, 1, 1);
                assertThat(step.rows[d + ItemRows.BIAS]).isEqualTo(-0.5f * RATE);
                step.take(kernel, new float[] {-9}, 1, 100);
                assertThat(step.rows[d + ItemRows.BIAS]).isEqualTo(MAX_BIAS);
                step.take(kernel, new float[] {9}, 1, 100);
                assertThat(step.rows[d + ItemRows.BIAS]).isEqualTo(-MAX_BIAS);
                assertThat(RawBits.getInt(step.rows, d)).isEqualTo(3);
                assertThat(RawBits.getLong(step.rows, d + 4)).isEqualTo(0x123456789ABCDEFL);
            }
        }
    }

    @Test
    void whatIsNoNumberIsNeverWholeAndOfXMovesNothing() {
        for (StepKernel kernel : List.of(new ScalarStepKernel(), StepKernel.make())) {
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                float[] row = new float[64];
                row[13] = bad;
                float[] zero = new float[64];
                assertThat(outcome(kernel, row, zero, 1, 1, 1)).isEqualTo(NOTHING);
                assertThat(outcome(kernel, zero, row, 1, 1, 1)).isEqualTo(ROWS);
            }
        }
    }
}
