package io.millrace.event;

import org.jspecify.annotations.Nullable;

/**
 * An item was shown to a user. A slate (one request that shows many items) is one impression per item.
 *
 * @param id unique per showing
 * @param request the request that the item was shown for, shared by the items of a slate; null when single
 * @param position slot in the list, 0 is the top; -1 when not logged
 * @param propensity probability in (0, 1] that the logging policy showed this item here; NaN when not logged
 * @param atMs event time, epoch milliseconds
 */
public record Impression(
        EntityId id,
        @Nullable EntityId request,
        EntityId user,
        EntityId item,
        int position,
        float propensity,
        long atMs)
        implements Event {}
