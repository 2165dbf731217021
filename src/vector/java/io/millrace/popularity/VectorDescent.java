package io.millrace.popularity;

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
    void descend(long[] level, int n, int[] nodes, long[] rests) {
        for (int k = 0; k < n; k++) {
            int at = nodes[k];
            int node = FIRST + at * NODE;
            long rest = rests[k];
            int child = -1;
            for (int part = 0; part < FAN; part += WIDTH) {
                child += LongVector.fromArray(SPECIES, level, node + part)
                        .compare(VectorOperators.LE, rest)
                        .trueCount();
            }
            rests[k] = minus(rest, level[node + child]);
            nodes[k] = at * FAN + child;
        }
    }
}
