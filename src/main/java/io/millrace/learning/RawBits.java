package io.millrace.learning;

/**
 * Whole numbers kept among floats by their bits, so that a row's counters lie in the same cache lines as its vector.
 * Copying a float keeps its bits; arithmetic must never touch these.
 */
final class RawBits {

    private RawBits() {}

    static int getInt(float[] a, int i) {
        return Float.floatToRawIntBits(a[i]);
    }

    static void putInt(float[] a, int i, int value) {
        a[i] = Float.intBitsToFloat(value);
    }

    /** A long takes two floats. */
    static long getLong(float[] a, int i) {
        return (long) getInt(a, i + 1) << 32 | getInt(a, i) & 0xFFFFFFFFL;
    }

    static void xorLong(float[] a, int i, long value) {
        putInt(a, i, getInt(a, i) ^ (int) value);
        putInt(a, i + 1, getInt(a, i + 1) ^ (int) (value >>> 32));
    }

    static void putLong(float[] a, int i, long value) {
        putInt(a, i, (int) value);
        putInt(a, i + 1, (int) (value >>> 32));
    }

    /**
     * Reads one of every sixteen floats, a cache line: none of these reads waits for another, so that memory brings all lines
     * at once, and whoever works through them later waits once. The bits, or-ed, are to be kept, or the compiler leaves the
     * reads out.
     */
    static int lines(float[] a, int from, int n) {
        if (n == 64) {
            return getInt(a, from) | getInt(a, from + 16) | getInt(a, from + 32) | getInt(a, from + 48);
        }
        int bits = 0;
        for (int f = from; f < from + n; f += 16) {
            bits |= getInt(a, f);
        }
        return bits;
    }
}
