package io.millrace.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells keys that a store certainly does not hold, so that somebody new costs no search: a Bloom filter (Bloom 1970) that
 * grows by adding parts, each twice as large as the one before (Almeida et al. 2007, Scalable Bloom Filters), all bits of
 * a key in one cache line (Putze et al. 2007). Two to four bytes for each key; says of 1 in 100 absent keys or fewer that
 * they may be there, and never of one that is there that it is not. Keys are hashes already. Not thread-safe.
 */
public final class KeyFilter {

    private static final int LINE_LONGS = 8;
    private static final int KEYS_PER_LINE = 32;
    private static final int PROBES = 6;
    private static final int FIRST_LINES = 256;
    private static final int LARGEST_LINES = 1 << 27;

    private final List<long[]> parts = new ArrayList<>();
    private long[] last;
    private long room;

    public KeyFilter() {
        last = part(FIRST_LINES);
    }

    private long[] part(int lines) {
        long[] bits = new long[lines * LINE_LONGS];
        parts.add(bits);
        room = (long) lines * KEYS_PER_LINE;
        return bits;
    }

    /** Notes that a key is there. */
    public void add(long key) {
        if (mayContain(key)) {
            return;
        }
        if (room == 0) {
            last = part(Math.min(LARGEST_LINES, last.length / LINE_LONGS * 2));
        }
        room--;
        int line = line(key, last);
        long probes = probes(key);
        for (int p = 0; p < PROBES; p++) {
            int bit = (int) (probes >>> 9 * p) & 511;
            last[line + (bit >>> 6)] |= 1L << bit;
        }
    }

    /** False only of keys that were never added. */
    public boolean mayContain(long key) {
        long probes = probes(key);
        for (int k = parts.size() - 1; k >= 0; k--) {
            if (holds(parts.get(k), key, probes)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(long[] bits, long key, long probes) {
        int line = line(key, bits);
        for (int p = 0; p < PROBES; p++) {
            int bit = (int) (probes >>> 9 * p) & 511;
            if ((bits[line + (bit >>> 6)] & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Where the cache line of a key starts; the number of lines is a power of two. */
    private static int line(long key, long[] bits) {
        return (int) (key >>> 32) & bits.length / LINE_LONGS - 1 << 3;
    }

    /** Six numbers of nine bits, independent of the line. */
    private static long probes(long key) {
        long mixed = (key ^ key >>> 31) * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 29;
    }

    public long stateBytes() {
        long bytes = 0;
        for (long[] bits : parts) {
            bytes += 8L * bits.length;
        }
        return bytes;
    }
}
