package io.millrace.popularity;

import java.util.Arrays;

/** {@link Descent} in plain Java; runs on any JVM. */
final class ScalarDescent extends Descent {

    @Override
    void find(long[] nodes, int[] levels, int n, long[] rests, int[] slots) {
        Arrays.fill(slots, 0, n, 0);
        for (int height = levels.length - 1; height >= 0; height--) {
            int level = levels[height];
            for (int k = 0; k < n; k++) {
                int node = level + slots[k] * NODE;
                long rest = rests[k];
                int child = notAbove(nodes, node, rest);
                rests[k] = minus(rest, nodes[node + child]);
                slots[k] = slots[k] * FAN + child;
            }
        }
    }

    /** How many of the starts of a node's children, but for the first, are not above {@code rest}: the child it falls to. */
    private static int notAbove(long[] nodes, int node, long rest) {
        long above = (rest - nodes[node + 1] >>> 63)
                + (rest - nodes[node + 2] >>> 63)
                + (rest - nodes[node + 3] >>> 63)
                + (rest - nodes[node + 4] >>> 63)
                + (rest - nodes[node + 5] >>> 63)
                + (rest - nodes[node + 6] >>> 63)
                + (rest - nodes[node + 7] >>> 63);
        return FAN - 1 - (int) above;
    }
}
