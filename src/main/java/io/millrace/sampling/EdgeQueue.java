package io.millrace.sampling;

/** The edges of one vertex by number, oldest first. */
final class EdgeQueue {

    private long[] edges = new long[4];
    private int first;
    private int size;

    int size() {
        return size;
    }

    /** The k-th oldest; k in [0, size). */
    long edge(int k) {
        return edges[(first + k) % edges.length];
    }

    void add(long edge) {
        if (size == edges.length) {
            long[] larger = new long[size * 2];
            for (int k = 0; k < size; k++) {
                larger[k] = edge(k);
            }
            edges = larger;
            first = 0;
        }
        edges[(first + size++) % edges.length] = edge;
    }

    void removeOldest() {
        first = (first + 1) % edges.length;
        size--;
    }

    long stateBytes() {
        return 48 + 8L * edges.length;
    }
}
