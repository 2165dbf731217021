package io.millrace.sampling;

import java.util.Arrays;

/**
 * A set of slots, one bit each, with the number of members in every block of {@value #BLOCK}: finds the lowest absent
 * slot and the k-th present one by skipping whole blocks.
 */
final class ActiveSlots {

    private static final int BLOCK = 4096;
    private static final int WORDS = BLOCK / 64;

    private long[] words = new long[WORDS];
    private int[] counts = new int[1];
    private int firstNotFull;
    private int size;

    int size() {
        return size;
    }

    boolean isSet(int slot) {
        return slot >> 6 < words.length && (words[slot >> 6] & 1L << slot) != 0;
    }

    void set(int slot) {
        if (isSet(slot)) {
            return;
        }
        room(slot);
        words[slot >> 6] |= 1L << slot;
        counts[slot / BLOCK]++;
        size++;
    }

    void clear(int slot) {
        if (!isSet(slot)) {
            return;
        }
        words[slot >> 6] &= ~(1L << slot);
        counts[slot / BLOCK]--;
        firstNotFull = Math.min(firstNotFull, slot / BLOCK);
        size--;
    }

    /** The lowest slot that is not a member. */
    int lowestClear() {
        while (firstNotFull < counts.length && counts[firstNotFull] == BLOCK) {
            firstNotFull++;
        }
        int word = firstNotFull * WORDS;
        while (word < words.length && words[word] == -1L) {
            word++;
        }
        return word * 64 + (word < words.length ? Long.numberOfTrailingZeros(~words[word]) : 0);
    }

    /** The member that has {@code k} members below it; k in [0, size). */
    int select(int k) {
        int rest = k;
        int block = 0;
        while (rest >= counts[block]) {
            rest -= counts[block++];
        }
        int word = block * WORDS;
        while (rest >= Long.bitCount(words[word])) {
            rest -= Long.bitCount(words[word++]);
        }
        long bits = words[word];
        for (; rest > 0; rest--) {
            bits &= bits - 1;
        }
        return word * 64 + Long.numberOfTrailingZeros(bits);
    }

    private void room(int slot) {
        int block = slot / BLOCK;
        if (block >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(block + 1, counts.length * 2));
            words = Arrays.copyOf(words, counts.length * WORDS);
        }
    }

    long stateBytes() {
        return 8L * words.length + 4L * counts.length;
    }
}
