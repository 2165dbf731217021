package io.millrace.sampling;

/** What a sampler can say about q, the probability of an item in one draw. */
public enum QKind {
    /** q is known in closed form and every eligible item can be drawn. */
    EXACT,
    /** The density is known up to a normaliser that is estimated. */
    ESTIMATED,
    /** q is exact, but only some eligible items can be drawn, for example those the user was shown. */
    PARTIAL,
    /** A heuristic; q is unknown and reported as NaN. */
    NONE
}
