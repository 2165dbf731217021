package io.millrace.sampling;

/**
 * Draws negatives for a positive. What it returns is active, not excluded, and comes with the q of the very table it
 * was drawn from, so corrections stay valid even where that table is an approximation.
 *
 * <p>Contract, checked for every entry of {@link Samplers}: no excluded item; bounded tries, fewer rather than wrong;
 * the same context and chance give the same result; for {@link QKind#EXACT} the q of all eligible items sum to 1 and
 * draws agree with them; nothing learned changes in a draw.
 */
public interface Sampler {

    /** {@link #draw} found nothing within its tries. */
    int EXHAUSTED = -1;

    /** No item is eligible in this context. */
    int NO_ELIGIBLE_ITEM = -2;

    /** Name in the configuration. */
    String name();

    QKind qKind();

    /** True when every eligible item can be drawn. */
    default boolean fullSupport() {
        return qKind() == QKind.EXACT;
    }

    /** True when negatives come from a micro-batch, see {@link Draw#batch}: positives must then be learned in batches. */
    default boolean needsBatch() {
        return false;
    }

    /**
     * True when one set of negatives serves all rows of a batch: what is excluded for one must then be excluded for all.
     */
    default boolean drawsForWholeBatch() {
        return false;
    }

    /** False when every draw of this context would be {@link #NO_ELIGIBLE_ITEM}. */
    boolean canDraw(Draw draw);

    /** The slot of one negative, or {@link #EXHAUSTED} or {@link #NO_ELIGIBLE_ITEM}. */
    int draw(Draw draw);

    /** Probability of an eligible slot in one draw, exclusions taken into account; NaN when unknown. */
    double probability(Draw draw, int slot);

    /** True when {@link #positiveProbability} is known. */
    default boolean knowsPositive() {
        return false;
    }

    /** Probability of the positive in one draw as if it were not excluded, on the scale of {@link #probability}. */
    default double positiveProbability(Draw draw) {
        return Double.NaN;
    }

    /** Adds up to {@code count} negatives; fewer when draws come back empty. */
    default void sample(Draw draw, int count, Negatives into) {
        for (int k = 0; k < count; k++) {
            int slot = draw(draw);
            if (slot == NO_ELIGIBLE_ITEM) {
                return;
            }
            if (slot >= 0) {
                String drawnBy = draw.drawnBy();
                float weight = draw.weight();
                into.add(slot, probability(draw, slot), weight, drawnBy);
            }
        }
    }

    /** Bytes held on the heap beyond the shared counts. */
    default long stateBytes() {
        return 0;
    }
}
