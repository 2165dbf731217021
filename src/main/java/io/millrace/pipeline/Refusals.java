package io.millrace.pipeline;

import io.millrace.event.Event;

/** Takes events that cannot be used although their bytes were sound. */
public interface Refusals {

    /** The ids of two users or two items share a hash; the one that came second cannot be told apart inside. */
    void collision(Event event);

    /** The item is new and there is room for no more. */
    void full(Event event);
}
