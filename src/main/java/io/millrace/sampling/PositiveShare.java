package io.millrace.sampling;

/** How likely the next positive of the stream is of an item: the law of the columns of a micro-batch. */
interface PositiveShare extends SamplerState {

    /** In (0, 1]; an item that was not seen has about what one sighting would give it. */
    double share(int slot);
}
