package io.millrace.pipeline;

import io.millrace.event.Event;

/** Takes events that cannot be used although their bytes were sound. */
public interface Refusals {

    /** For those who look at the balance, where refusals are counted anyway. */
    Refusals ONLY_COUNTED = new Refusals() {
        @Override
        public void collision(Event event) {}

        @Override
        public void full(Event event) {}
    };

    /** The ids of two users or two items share a hash; the one that came second cannot be told apart inside. */
    void collision(Event event);

    /** The item is new and there is room for no more. */
    void full(Event event);
}
