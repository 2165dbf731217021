package io.millrace.sampling;

import io.millrace.event.Hash;
import io.millrace.event.LongIndex;
import java.util.Arrays;

/**
 * What a vertex of the click graph becomes after l rounds of passing vectors along its edges,
 *
 * <pre>
 *   e_v^(0) = e_v
 *   e_v^(l) = Σ_{n ∈ S(v)}  deg_v / |S(v)| · e_n^(l-1) / √(deg_v deg_n)
 * </pre>
 *
 * <p>S(v) is a sample of at most k of the edges of v, drawn from v and l alone, so that it is the same for a while. Every
 * round is linear in the vectors at its start: what is computed is the list of those vectors with their coefficients.
 * After an even number of rounds from an item they are vectors of items, after an odd one of users.
 *
 * <p>Source: He et al., "LightGCN", SIGIR 2020; Hamilton, Ying and Leskovec, NIPS 2017, for sampling the neighbours.
 */
final class Hops {

    private static final int USERS = 0x7573;

    private final ClickGraph graph;
    private final int k;
    private final int[] picked;

    private long[] keys = new long[64];
    private double[] coefficients = new double[64];
    private int size;
    private long[] frontKeys = new long[64];
    private double[] frontCoefficients = new double[64];
    private int frontSize;
    private final LongIndex places = new LongIndex();
    private boolean ofUsers;

    /** @param k most edges of a vertex that are followed */
    Hops(ClickGraph graph, int k) {
        this.graph = graph;
        this.k = k;
        picked = new int[k];
    }

    /** Sums up e_slot^(rounds); afterwards {@link #size} terms are here. */
    void of(int slot, int rounds, long epoch) {
        size = 0;
        ofUsers = false;
        add(slot, 1);
        for (int round = 0; round < rounds; round++) {
            swap();
            for (int t = 0; t < frontSize; t++) {
                spread(frontKeys[t], frontCoefficients[t], round, epoch);
            }
            ofUsers = !ofUsers;
        }
    }

    int size() {
        return size;
    }

    /** True when terms are hashes of users, false when they are slots of items. */
    boolean ofUsers() {
        return ofUsers;
    }

    /** Slot of the item, or hash of the user, of a term; no two are of the same. */
    long vertex(int term) {
        return keys[term];
    }

    double coefficient(int term) {
        return coefficients[term];
    }

    private void spread(long vertex, double coefficient, int round, long epoch) {
        int degree = ofUsers ? graph.userDegree(vertex) : graph.itemDegree((int) vertex);
        int count = pick(degree, Hash.pair(Hash.pair(vertex, epoch), ofUsers ? USERS + round : round));
        for (int e = 0; e < count; e++) {
            long edge = ofUsers ? graph.edgeOfUser(vertex, picked[e]) : graph.edgeOfItem((int) vertex, picked[e]);
            long other = ofUsers ? graph.item(edge) : graph.user(edge);
            if (!ofUsers || other >= 0) {
                int itsDegree = ofUsers ? graph.itemDegree((int) other) : graph.userDegree(other);
                add(other, coefficient * degree / count / Math.sqrt((double) degree * itsDegree));
            }
        }
    }

    /** Which of so many edges: all, or k of them without replacement (Floyd's algorithm). */
    private int pick(int degree, long seed) {
        int count = Math.min(k, degree);
        for (int e = 0; e < count; e++) {
            if (degree <= k) {
                picked[e] = e;
            } else {
                int last = degree - count + e;
                int any = (int) Long.remainderUnsigned(Hash.pair(seed, e), last + 1);
                picked[e] = isPicked(any, e) ? last : any;
            }
        }
        return count;
    }

    private boolean isPicked(int edge, int upTo) {
        for (int e = 0; e < upTo; e++) {
            if (picked[e] == edge) {
                return true;
            }
        }
        return false;
    }

    private void swap() {
        long[] emptyKeys = frontKeys;
        double[] emptyCoefficients = frontCoefficients;
        frontKeys = keys;
        frontCoefficients = coefficients;
        frontSize = size;
        keys = emptyKeys;
        coefficients = emptyCoefficients;
        size = 0;
        places.clear();
    }

    private void add(long key, double coefficient) {
        int at = size == 0 ? LongIndex.ABSENT : places.get(key);
        if (at >= 0) {
            coefficients[at] += coefficient;
            return;
        }
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            coefficients = Arrays.copyOf(coefficients, size * 2);
        }
        places.put(key, size);
        keys[size] = key;
        coefficients[size++] = coefficient;
    }
}
