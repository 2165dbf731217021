package io.millrace.event;

/**
 * The user said no to an item: an explicit negative, whether or not it was shown.
 *
 * @param weight how much this one counts, before the configured weight of dislikes; finite and at least 0
 * @param atMs event time, epoch milliseconds
 */
public record Dislike(EntityId id, EntityId user, EntityId item, float weight, long atMs) implements Event {}
