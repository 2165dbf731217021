package io.millrace.popularity;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.event.CounterRandom;
import io.millrace.testing.ChiSquare;
import org.junit.jupiter.api.Test;

class SumTreeTest {

    @Test
    void drawsAreInProportionToWeights() {
        for (int seed = 0; seed < 5; seed++) {
            assertThat(fit(seed, 1)).isGreaterThan(1e-4);
        }
    }

    @Test
    void theTestSeesAnExponentThatIsWrongByATenth() {
        assertThat(fit(0, 1.1)).isLessThan(1e-6);
    }

    @Test
    void neverDrawsASlotWithoutWeight() {
        forSeeds(30, random -> {
            var tree = new SumTree();
            int slots = 1 + random.nextInt(70);
            for (int step = 0; step < 200; step++) {
                tree.set(random.nextInt(slots), random.nextInt(3) == 0 ? 0 : Math.scalb(1.0, random.nextInt(120) - 60));
                int drawn = tree.draw(random);
                assertThat(drawn < 0 ? tree.total() == 0 : tree.get(drawn) > 0).isTrue();
            }
        });
    }

    @Test
    void theTreeIsAFunctionOfItsLeavesAlone() {
        forSeeds(30, random -> {
            var grown = new SumTree();
            double[] weights = new double[100];
            for (int step = 0; step < 500; step++) {
                int slot = random.nextInt(100);
                weights[slot] = random.nextDouble();
                grown.set(slot, weights[slot]);
            }
            var fresh = new SumTree();
            for (int slot = 99; slot >= 0; slot--) {
                fresh.set(slot, weights[slot]);
            }
            assertThat(grown.total()).isEqualTo(fresh.total());
            long seed = random.nextLong();
            var one = new CounterRandom().reset(seed, 0, 0);
            var other = new CounterRandom().reset(seed, 0, 0);
            for (int k = 0; k < 100; k++) {
                assertThat(grown.draw(one)).isEqualTo(fresh.draw(other));
            }
        });
    }

    @Test
    void drawsTogetherAreTheDrawsOneByOne() {
        forSeeds(30, random -> {
            var tree = new SumTree();
            for (int slot = 0; slot < 1 + random.nextInt(300); slot++) {
                tree.set(slot, random.nextInt(4) == 0 ? 0 : Math.scalb(1.0, random.nextInt(40) - 20));
            }
            tree.set(5, 1);
            double[] uniform = new double[20];
            int[] slots = new int[20];
            var one = new CounterRandom().reset(1, 2, 3);
            for (int k = 0; k < 20; k++) {
                uniform[k] = one.nextDouble();
            }
            tree.draw(uniform, 20, slots);
            var other = new CounterRandom().reset(1, 2, 3);
            for (int slot : slots) {
                assertThat(tree.draw(other)).isEqualTo(slot);
            }
        });
    }

    @Test
    void anEmptyTreeDrawsNothing() {
        assertThat(new SumTree().draw(new CounterRandom())).isEqualTo(-1);
    }

    @Test
    void weightsThatAreNoWeightsAreRefused() {
        var tree = new SumTree();
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> tree.set(3, bad)).hasMessageContaining("weight of slot 3");
        }
    }

    private static double fit(int seed, double exponent) {
        var random = new CounterRandom().reset(seed, 1, 0);
        var tree = new SumTree();
        double[] law = new double[100];
        for (int slot = 0; slot < 100; slot++) {
            double weight = slot % 7 == 0 ? 0 : 1.0 / (1 + slot);
            tree.set(slot, weight);
            law[slot] = Math.pow(weight, exponent);
        }
        long[] seen = new long[100];
        for (int k = 0; k < 200_000; k++) {
            seen[tree.draw(random)]++;
        }
        return ChiSquare.pValue(seen, law);
    }
}
