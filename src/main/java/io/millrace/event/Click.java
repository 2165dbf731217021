package io.millrace.event;

import org.jspecify.annotations.Nullable;

/**
 * The user's positive answer to an item: a click, a purchase, a like.
 *
 * @param impression the id of the impression or of the request that is answered; null when the sender does not know it
 * @param action what the user did, for example {@code click} or {@code purchase}; its weight is configuration
 * @param weight how much this one counts, before the weight of its action; finite and at least 0, 1 when not said
 * @param atMs event time, epoch milliseconds
 */
public record Click(
        EntityId id,
        @Nullable EntityId impression,
        EntityId user,
        EntityId item,
        String action,
        float weight,
        long atMs)
        implements Event {}
