package io.millrace.popularity;

import static io.millrace.testing.Seeded.forSeeds;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescentTest {

    private static final int NODES = 5;

    @Test
    void vectorAndScalarCodeFallToTheSameChildren() {
        forSeeds(200, random -> {
            long[] level = new long[Descent.FIRST + NODES * Descent.NODE];
            for (int node = 0; node < NODES; node++) {
                double start = 0;
                int children = 1 + random.nextInt(Descent.FAN);
                for (int child = 0; child < Descent.FAN; child++) {
                    level[Descent.FIRST + node * Descent.NODE + child] =
                            child < children ? Double.doubleToRawLongBits(start) : Long.MAX_VALUE;
                    start += random.nextInt(3) == 0 ? 0 : random.nextDouble();
                }
            }
            int n = 1 + random.nextInt(20);
            int[] nodes = new int[n];
            long[] rests = new long[n];
            for (int k = 0; k < n; k++) {
                nodes[k] = random.nextInt(NODES);
                long start = level[Descent.FIRST + nodes[k] * Descent.NODE + random.nextInt(Descent.FAN)];
                boolean isAtStart = random.nextInt(3) == 0 && start != Long.MAX_VALUE;
                rests[k] = isAtStart ? start : Double.doubleToRawLongBits(random.nextDouble() * 6);
            }
            int[] scalarNodes = nodes.clone();
            long[] scalarRests = rests.clone();
            new ScalarDescent().descend(level, n, scalarNodes, scalarRests);
            Descent.get().descend(level, n, nodes, rests);
            assertThat(nodes).isEqualTo(scalarNodes);
            assertThat(rests).isEqualTo(scalarRests);
        });
    }
}
