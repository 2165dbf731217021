package io.millrace.sampling;

/**
 * A law over items that knows nothing of exclusions: one draw, and the probability of that draw. {@link
 * ExcludingSampler} makes a {@link Sampler} of it.
 *
 * <p>Contract: {@code draw} returns slot j with probability {@code probability(j)}; neither changes what has been
 * learned; equal state and equal chance give equal draws.
 */
public interface Proposal {

    /** {@link #draw} has nothing to draw from. */
    int NOTHING = -1;

    /** {@link #draw} drew something that is not there any more; it counts as one try. */
    int RETRY = -2;

    /** Name in the configuration. */
    String name();

    /** {@link QKind#EXACT} when every active item can be drawn, else {@link QKind#PARTIAL}. */
    QKind qKind();

    /** Weight of its draws in the loss; at least 0. */
    default float weight() {
        return 1;
    }

    /** True when there is nothing to draw from in this context, whatever is excluded. */
    default boolean isEmpty(Draw draw) {
        return draw.catalog().size() == 0;
    }

    /** A slot, {@link #NOTHING} or {@link #RETRY}. */
    int draw(Draw draw);

    /**
     * As {@link #draw}, {@code count} times, with the probability of each, which is left as it is where there is no slot. A
     * law that finds them together does, so that it waits for memory once and not draw by draw.
     */
    default void draw(Draw draw, int count, int[] slots, double[] q) {
        for (int k = 0; k < count; k++) {
            slots[k] = draw(draw);
        }
        for (int k = 0; k < count; k++) {
            q[k] = slots[k] >= 0 ? probability(draw, slots[k]) : q[k];
        }
    }

    /** Probability that {@link #draw} returns {@code slot}, in [0, 1]. */
    double probability(Draw draw, int slot);

    /** Q(E), the probability that {@link #draw} returns an excluded item. */
    default double excludedMass(Draw draw) {
        Exclusions excluded = draw.exclusions();
        double mass = 0;
        for (int k = 0; k < excluded.size(); k++) {
            mass += probability(draw, excluded.slot(k));
        }
        return mass;
    }

    /**
     * Takes an item out of the law until {@link #putBack}; the ratios of the others stay. Only to be of help where the
     * excluded items are most of the mass: a law may ignore it.
     */
    default void setAside(int slot) {}

    /** Undoes every {@link #setAside}, exactly. */
    default void putBack() {}

    /** Bytes this law holds on the heap beyond the shared counts. */
    default long stateBytes() {
        return 0;
    }
}
