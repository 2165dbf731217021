package io.millrace.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArithmeticTest {

    @Test
    void vectorAndScalarCodeGiveTheSameBits() {
        assertThat(Arithmetic.get()).isNotInstanceOf(ScalarArithmetic.class);
        assertThat(firstDifference()).isEmpty();
    }

    /** Narrower registers than this machine's, in a JVM of their own; a width it does not have falls back to its widest. */
    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void everyWidthOfRegistersGivesTheSameBits(int bytes) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:MaxVectorSize=" + bytes,
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ArithmeticTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).isZero();
        assertThat(said.strip()).matches("vector, \\d+ bit:");
    }

    @Test
    void aProjectedRowHasTheNormAllowedAndIsNotMovedAgain() {
        CounterRandom random = new CounterRandom().reset(5, 2, 7);
        for (int k = 0; k < 600; k++) {
            int d = k % 2 == 0 ? 64 : 32;
            float[] row = numbers(random, d);
            float[] before = row.clone();
            float limit = Arithmetic.get().norm(row, 0, d) * (float) (0.9 + 0.2 * random.nextDouble());
            Arithmetic.get().project(row, 0, d, limit);
            assertThat(Arithmetic.get().norm(row, 0, d)).isLessThanOrEqualTo(limit * 1.00001f);
            assertThat(Arrays.equals(row, before)).isEqualTo(Arithmetic.get().norm(before, 0, d) <= limit);
            float[] once = row.clone();
            Arithmetic.get().project(row, 0, d, limit * 1.00001f);
            assertThat(row).isEqualTo(once);
        }
    }

    /** Equal elements leave a glance no room: what it takes for short is as long as what it may. */
    @Test
    void aRowOfEqualElementsIsProjectedWhereItIsTooLong() {
        for (int d : new int[] {32, 64, 80}) {
            float[] row = new float[d];
            Arrays.fill(row, 0.37f);
            float limit = 0.9999f * Arithmetic.get().norm(row, 0, d);
            Arithmetic.get().project(row, 0, d, limit);
            assertThat(row[0]).isLessThan(0.37f).isGreaterThan(0.3699f);
        }
    }

    @Test
    void aRowThatHasNoNormIsNotTakenForShort() {
        for (int d : new int[] {32, 64}) {
            float[] row = new float[d];
            row[5] = Float.NaN;
            Arithmetic.get().project(row, 0, d, 1);
            for (float element : row) {
                assertThat(element).isNaN();
            }
        }
    }

    public static void main(String[] args) {
        System.out.println(Arithmetic.get().name() + ": " + firstDifference() + StepKernelTest.firstDifference());
    }

    /** What differs first over random rows, with numbers of very different size; empty when nothing does. */
    private static String firstDifference() {
        CounterRandom random = new CounterRandom();
        for (int seed = 0; seed < 300; seed++) {
            random.reset(seed, 2, 7);
            int d = 16 * (1 + seed % 9);
            int n = 1 + random.nextInt(50);
            int stride = d + 16 * random.nextInt(3);
            float[] x = numbers(random, d + 16);
            float[] rows = numbers(random, n * stride + 16);
            int[] at = new int[n];
            Arrays.setAll(at, k -> k * stride);
            float[][] found = {new float[n], new float[n], new float[n], new float[n]};
            Arithmetic scalar = new ScalarArithmetic();
            Arithmetic best = Arithmetic.get();
            scalar.dotAll(x, 0, rows, 0, stride, n, d, found[0], 0);
            best.dotAll(x, 0, rows, 0, stride, n, d, found[1], 0);
            best.dots(x, 0, rows, at, Arithmetic.NONE, n, d, found[2]);
            for (int k = 0; k < n; k++) {
                found[3][k] = best.dot(x, 0, rows, at[k], d);
            }
            for (int way = 1; way < 4; way++) {
                if (!Arrays.equals(found[0], found[way])) {
                    return "seed " + seed + ", way " + way;
                }
            }
            if (best.dot(x, 0, x, 0, d) != scalar.dot(x, 0, x, 0, d)) {
                return "seed " + seed + ", square";
            }
            String difference = updateDifference(random, x, rows, at, n, d);
            if (!difference.isEmpty()) {
                return "seed " + seed + ", " + difference;
            }
        }
        return "";
    }

    private static String updateDifference(CounterRandom random, float[] x, float[] rows, int[] at, int n, int d) {
        float[] a = numbers(random, n);
        float[] c = numbers(random, n);
        float keep = random.nextInt(2) == 0 ? 1 : 0.99f;
        float[] one = rows.clone();
        float[] other = rows.clone();
        float[] g = new float[d];
        float[] h = new float[d];
        new ScalarArithmetic().update(x, 0, one, at, a, c, keep, n, d, g);
        Arithmetic.get().update(x, 0, other, at, a, c, keep, n, d, h);
        return Arrays.equals(one, other) && Arrays.equals(g, h) ? "" : "update";
    }

    private static float[] numbers(CounterRandom random, int n) {
        float[] x = new float[n];
        for (int k = 0; k < n; k++) {
            x[k] = (float) Math.scalb(random.nextDouble() - 0.5, random.nextInt(20) - 10);
        }
        return x;
    }
}
