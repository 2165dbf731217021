package io.millrace.event;

/**
 * Random numbers by counting: the stream is a function of a seed and a key alone, so a draw can be made again from the
 * event it belongs to, in any process, without stored generator state.
 *
 * <p>The steps are SplitMix64's (Steele, Lea and Flood, OOPSLA 2014), written out here because the JDK does not promise
 * that its generators keep their output between releases. Not thread-safe; one per partition, re-keyed per event.
 */
public final class CounterRandom {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private static final long ONE = Double.doubleToRawLongBits(1);
    private static final long LAST = Double.doubleToRawLongBits(0x1p-53);

    private long state;

    /** Starts the stream of (seed, event, purpose); equal arguments give equal streams. */
    public CounterRandom reset(long seed, long event, int purpose) {
        state = Hash.mix(seed ^ event ^ (purpose * GOLDEN));
        return this;
    }

    public long nextLong() {
        state += GOLDEN;
        return Hash.mix(state);
    }

    /**
     * Uniform in [0, 1), a multiple of 2^-53.
     *
     * <p>The same number as {@code (nextLong() >>> 11) * 0x1p-53}, put together from its bits: the instruction that converts
     * a long waits for what its register held before, and draws that could overlap would stand in line.
     */
    public double nextDouble() {
        long bits = nextLong();
        double first52 = Double.longBitsToDouble(ONE | bits >>> 12) - 1;
        return first52 + Double.longBitsToDouble(-(bits >>> 11 & 1) & LAST);
    }

    /**
     * Uniform in [0, bound), exactly: multiply-high, with the few products rejected that would favour some values
     * (Lemire, "Fast Random Integer Generation in an Interval", 2019).
     *
     * @param bound at least 1
     */
    public int nextInt(int bound) {
        while (true) {
            long product = (nextLong() >>> 32) * bound;
            long low = product & 0xFFFFFFFFL;
            if (low >= bound || low >= (0x100000000L - bound) % bound) {
                return (int) (product >>> 32);
            }
        }
    }
}
