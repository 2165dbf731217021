package io.millrace.popularity;

/** {@link Descent} in plain Java; runs on any JVM. */
final class ScalarDescent extends Descent {

    @Override
    void descend(long[] level, int n, int[] nodes, long[] rests) {
        for (int k = 0; k < n; k++) {
            int node = FIRST + nodes[k] * NODE;
            long rest = rests[k];
            int child = notAbove(level, node, rest);
            rests[k] = minus(rest, level[node + child]);
            nodes[k] = nodes[k] * FAN + child;
        }
    }

    /** How many of the starts of a node's children, but for the first, are not above {@code rest}: the child it falls to. */
    private static int notAbove(long[] level, int node, long rest) {
        long above = (rest - level[node + 1] >>> 63)
                + (rest - level[node + 2] >>> 63)
                + (rest - level[node + 3] >>> 63)
                + (rest - level[node + 4] >>> 63)
                + (rest - level[node + 5] >>> 63)
                + (rest - level[node + 6] >>> 63)
                + (rest - level[node + 7] >>> 63);
        return FAN - 1 - (int) above;
    }
}
