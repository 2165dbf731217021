package io.millrace.popularity;

import io.millrace.event.VectorCode;

/**
 * One level of the draws from a {@link SumTree}: to which child of its node each falls. It is the one whose interval holds
 * what is left of the draw's number, found by counting the starts that are not above it: without a branch, because a
 * branch that chance decides is guessed wrong half the time.
 */
abstract class Descent {

    /** Children of a node. */
    static final int FAN = 8;

    /** Entries of a node: where its children's intervals start, as the bits of doubles, then the children. */
    static final int NODE = 2 * FAN;

    /**
     * Where the first node of a level starts: 48 bytes, which with the 16 of an array's header make a cache line where the
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
     * Takes n draws one level down.
     *
     * @param nodes of this level where the draws are; then of the level below
     * @param rests what is left of their numbers, as the bits of doubles; then less where the child's interval starts
     */
    abstract void descend(long[] level, int n, int[] nodes, long[] rests);

    static long minus(long a, long b) {
        return Double.doubleToRawLongBits(Double.longBitsToDouble(a) - Double.longBitsToDouble(b));
    }
}
