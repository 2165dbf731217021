package io.millrace.popularity;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescentTest {

    private static final int[] LEVELS = {
        Descent.FIRST,
        Descent.FIRST + Descent.FAN * Descent.FAN * Descent.NODE,
        Descent.FIRST + (Descent.FAN + 1) * Descent.FAN * Descent.NODE
    };

    /** Nodes need not fit together: a number may fall to a child that has no weight, and be larger than its node. */
    @Test
    void vectorAndScalarCodeFindTheSameSlots() {
        forSeeds(200, random -> {
            long[] nodes = new long[LEVELS[2] + Descent.NODE];
            for (int node = Descent.FIRST; node < nodes.length; node += Descent.NODE) {
                double start = 0;
                int children = 1 + random.nextInt(Descent.FAN);
                for (int child = 0; child < Descent.FAN; child++) {
                    nodes[node + child] = child < children ? Double.doubleToRawLongBits(start) : Long.MAX_VALUE;
                    start += random.nextInt(3) == 0 ? 0 : random.nextDouble();
                }
            }
            int n = 1 + random.nextInt(20);
            long[] numbers = new long[n];
            for (int k = 0; k < n; k++) {
                long start = nodes[LEVELS[2] + random.nextInt(Descent.FAN)];
                boolean isAtStart = random.nextInt(3) == 0 && start != Long.MAX_VALUE;
                numbers[k] = isAtStart ? start : Double.doubleToRawLongBits(random.nextDouble() * 6);
            }
            long[] scalarNumbers = numbers.clone();
            int[] slots = new int[n];
            int[] scalarSlots = new int[n];
            Descent.get().find(nodes, LEVELS, n, numbers, slots);
            new ScalarDescent().find(nodes, LEVELS, n, scalarNumbers, scalarSlots);
            assertThat(slots).isEqualTo(scalarSlots);
            assertThat(numbers).isEqualTo(scalarNumbers);
        });
    }
}
