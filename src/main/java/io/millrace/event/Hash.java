package io.millrace.event;

/**
 * The one 64-bit hash of ids and of random streams. Its values are part of every stored row and of every draw, so they
 * may never change.
 *
 * <p>Source of the finaliser: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014
 * (variant 13 of Stafford's mixers).
 */
public final class Hash {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Hash() {}

    /** Spreads the bits of {@code x}; a bijection, so distinct inputs stay distinct. */
    public static long mix(long x) {
        long z = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** The hash of two values in order. */
    public static long pair(long a, long b) {
        return mix(mix(a + GOLDEN) + b * GOLDEN);
    }

    /** The hash of a text's UTF-8 bytes, eight at a time. */
    public static long text(byte[] utf8) {
        long h = utf8.length * GOLDEN;
        int i = 0;
        for (; i + 8 <= utf8.length; i += 8) {
            h = mix(h ^ littleEndian(utf8, i, 8)) + GOLDEN;
        }
        return mix(h ^ littleEndian(utf8, i, utf8.length - i));
    }

    private static long littleEndian(byte[] bytes, int from, int count) {
        long word = 0;
        for (int k = 0; k < count; k++) {
            word |= (bytes[from + k] & 0xFFL) << (8 * k);
        }
        return word;
    }
}
