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
}
