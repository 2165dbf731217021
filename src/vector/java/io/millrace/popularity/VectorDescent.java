package io.millrace.popularity;

import java.util.Arrays;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link Descent} by the Vector API: the starts of a node are compared in one register, or in as many as they fill. */
final class VectorDescent extends Descent {

    private static final VectorSpecies<Long> SPECIES = species();
    private static final int WIDTH = SPECIES.length();

    private static VectorSpecies<Long> species() {
        VectorSpecies<Long> preferred = LongVector.SPECIES_PREFERRED;
        return preferred.length() > FAN ? LongVector.SPECIES_512 : preferred;
    }

    @Override
    void find(long[] nodes, int[] levels, int n, long[] rests, int[] slots) {
        Arrays.fill(slots, 0, n, 0);
        for (int height = levels.length - 1; height >= 0; height--) {
            int level = levels[height];
            for (int k = 0; k < n; k++) {
                int at = slots[k];
                int node = level + at * NODE;
                long rest = rests[k];
                int child = -1;
                for (int part = 0; part < FAN; part += WIDTH) {
                    child += LongVector.fromArray(SPECIES, nodes, node + part)
                            .compare(VectorOperators.LE, rest)
                            .trueCount();
                }
                rests[k] = minus(rest, nodes[node + child]);
                slots[k] = at * FAN + child;
            }
        }
    }
}
