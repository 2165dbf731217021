package io.millrace.event;

/** One thing that happened to one user and one item, as the topics tell it. */
public sealed interface Event permits Impression, Click, Dislike {

    /** Unique per event; a second event with the same id is a duplicate. */
    EntityId id();

    EntityId user();

    EntityId item();

    /** Event time, epoch milliseconds. */
    long atMs();
}
