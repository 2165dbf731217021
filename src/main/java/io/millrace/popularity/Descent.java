package io.millrace.popularity;

import io.millrace.event.VectorCode;

/**
 * Draws from a {@link SumTree}: each from the root down, to the child whose interval holds what is left of the draw's number.
 * That is found by counting the starts that are not above it: without a branch, because a branch that chance decides is
 * guessed wrong half the time. Draws go down together, level by level, so that they wait for memory together.
 */
abstract class Descent {

    /** Children of a node. */
    static final int FAN = 8;

    /** Entries of a node: where its children's intervals start, as the bits of doubles, then the children. */
    static final int NODE = 2 * FAN;

    /**
     * Where the first node starts: 48 bytes, which with the 16 of an array's header make a cache line where the
     * array starts at one.
     */
    static final int FIRST = 6;

    /** A class of its own, so that subclasses can be initialised by one thread while another asks for the best. */
    private static final class Best {
        static final Descent OF_ALL =
                VectorCode.orElse(Descent.class, "io.millrace.popularity.VectorDescent", ScalarDescent::new);
    }

    /** Vector code where the JVM has it; the results are the same. */
    static Descent get() {
        return Best.OF_ALL;
    }

    /**
     * The slots that n numbers fall to.
     *
     * @param levels where in {@code nodes} each level starts, from the weights up; the last is one node
     * @param rests the numbers as the bits of doubles, each at least 0 and below the sum of all weights; overwritten
     */
    abstract void find(long[] nodes, int[] levels, int n, long[] rests, int[] slots);

    static long minus(long a, long b) {
        return Double.doubleToRawLongBits(Double.longBitsToDouble(a) - Double.longBitsToDouble(b));
    }
}
