package io.millrace.sampling;

/** The present model as a sampler sees it: scores for the user of the draw. Reading it teaches it nothing. */
public interface Scorer {

    /** The score of an item for the user of this draw; a logit. */
    float score(int slot);
}
