package io.millrace.learning;

import io.millrace.event.Hash;

/**
 * Where a row starts, recomputable from its id: uniform numbers with an expected norm, by hash of (seed, kind, id,
 * element). A row that was never stepped needs no storage, and a replay gives every id the same start in whatever order
 * events arrive.
 */
final class InitialRows {

    private final long salt;
    private final float halfWidth;
    private final int dimension;

    /** @param norm expected norm of a row: a uniform number in ±h has variance h²/3 */
    InitialRows(long seed, String kind, int dimension, float norm) {
        salt = Hash.pair(seed, Hash.text(kind.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        halfWidth = (float) Math.sqrt(3.0 / dimension) * norm;
        this.dimension = dimension;
    }

    /** Fills {@code row[from..from+dimension)}; the padding after it is the caller's and stays 0. */
    void fill(long id, float[] row, int from) {
        long key = Hash.pair(salt, id);
        for (int f = 0; f < dimension; f++) {
            float uniform = (Hash.mix(key + f) >>> 40) * 0x1p-24f;
            row[from + f] = (2 * uniform - 1) * halfWidth;
        }
    }
}
