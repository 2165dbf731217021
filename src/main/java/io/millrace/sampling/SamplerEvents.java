package io.millrace.sampling;

/**
 * What happened, for samplers that remember. Told after the example has been learned and counted, so that a draw never
 * knows of the event it is made for. Users are hashes, items slots of the catalog.
 */
public interface SamplerEvents {

    /**
     * A user clicked.
     *
     * @param previous slot of the item this user had clicked before, or -1
     */
    default void clicked(long user, int slot, int previous, long atMs) {}

    /** An impression was closed and had not been clicked. */
    default void unclicked(long user, int slot, long atMs) {}

    /** The user said no. */
    default void disliked(long user, int slot, long atMs) {}

    /** Event time has reached {@code nowMs}. */
    default void advanced(long nowMs) {}

    /** Negatives that were drawn in this context have been learned; called once, before the next context starts. */
    default void learned(Draw draw, Negatives negatives) {}
}
