package io.millrace.codec;

/** The two kinds of topics that events come from; the kind decides what a record without {@code type} is. */
public enum EventTopic {
    /** Impressions, single ones or slates. */
    IMPRESSIONS,
    /** Clicks and other positive actions, and dislikes. */
    CLICKS
}
