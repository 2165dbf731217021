package io.millrace.sampling;

import java.util.Arrays;

/**
 * Says of most slots at once that they are not in a small set: a bit for each of 4096 hashes. A slot it lets through has
 * to be looked for.
 *
 * <p>Source: Bloom, CACM 1970, with one hash.
 */
final class SlotFilter {

    private static final int GOLDEN = 0x9E3779B9;

    private final long[] words = new long[64];

    void clear() {
        Arrays.fill(words, 0);
    }

    void add(int slot) {
        int hash = slot * GOLDEN >>> 20;
        words[hash >>> 6] |= 1L << hash;
    }

    /** False when the slot certainly is not in. */
    boolean mayContain(int slot) {
        int hash = slot * GOLDEN >>> 20;
        return (words[hash >>> 6] >>> hash & 1) != 0;
    }
}
