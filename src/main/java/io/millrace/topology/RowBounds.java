package io.millrace.topology;

import io.millrace.learning.Arithmetic;
import io.millrace.learning.ItemRows;
import io.millrace.learning.LearningConfig;

/**
 * What an item's row is held to wherever changes are added to it: by its owner, and by the learner that adds up the same
 * changes for its own copy. Both so have the same bits.
 */
final class RowBounds {

    private final Arithmetic arithmetic = Arithmetic.own();
    private final float maxNorm;
    private final float maxBias;
    private final int padded;
    private final int vectorFloats;

    RowBounds(LearningConfig learning, ItemRows rows) {
        maxNorm = learning.maxNorm();
        maxBias = learning.maxBias();
        padded = rows.padded();
        vectorFloats = rows.vectorFloats();
    }

    /**
     * Bounds the norm of each vector, and the bias.
     *
     * @param vectorAt where the vectors start, the target first
     * @param biasAt where the bias lies
     */
    void apply(float[] vectors, int vectorAt, float[] scalars, int biasAt) {
        for (int at = vectorAt; at < vectorAt + vectorFloats; at += padded) {
            arithmetic.project(vectors, at, padded, maxNorm);
        }
        scalars[biasAt] = Math.max(-maxBias, Math.min(maxBias, scalars[biasAt]));
    }
}
