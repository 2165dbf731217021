package io.millrace.query;

import org.jspecify.annotations.Nullable;

/**
 * The item table of this instance as queries see it: every published item, in dense slots.
 *
 * <p>Read by many threads while one thread writes; an implementation answers each call from one consistent state of the
 * rows it touches. A slot may be vacant, and may change its item between two calls, so a caller that kept a slot asks
 * {@link #idOf} last.
 */
public interface ItemIndex {

    /** What {@link #slotOf} returns for an item without a row. */
    int ABSENT = -1;

    /** How a vector is compared with an item's target vector y and bias b. */
    enum Measure {
        /** b + x · y, a logit. */
        SCORE,
        /** x · y. */
        DOT,
        /** x · y / (|x| |y|), in [-1, 1]; 0 when either is zero. */
        COSINE
    }

    /** Floats of an embedding, d. */
    int dimension();

    /** Items that have a row. */
    int size();

    /** One more than the largest slot in use. */
    int slots();

    /** The slot of an item, or {@link #ABSENT}. */
    int slotOf(String id);

    /** The item in a slot, or null when it is vacant. */
    @Nullable
    String idOf(int slot);

    /** The row of an item, copied; null when it has none. */
    @Nullable
    Item find(String id);

    /** The measure of one slot; NaN when it is vacant. */
    float measure(float[] x, int slot, Measure measure);

    /**
     * The measure of every slot: {@code out[slot]}, negative infinity where vacant.
     *
     * @return slots written, at most {@code out.length}
     */
    int measureAll(float[] x, Measure measure, float[] out);

    /**
     * The bias of every slot: {@code out[slot]}, negative infinity where vacant.
     *
     * @return slots written, at most {@code out.length}
     */
    int biasAll(float[] out);

    /**
     * The decayed clicks of every slot at {@link #asOfMs}, in clicks: {@code out[slot]}, negative infinity where vacant.
     *
     * @return slots written, at most {@code out.length}
     */
    int popularityAll(float[] out);

    /** The latest event time in the table, epoch milliseconds; decayed counts are given as of then. */
    long asOfMs();
}
