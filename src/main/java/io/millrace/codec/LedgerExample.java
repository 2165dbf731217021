package io.millrace.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of the {@code examples} ledger, as {@link ExampleWriter} wrote it.
 *
 * @param id of the event that caused the example
 * @param action what the user did; null when nothing
 * @param atMs event time of the answer, epoch milliseconds
 * @param partition of the learner
 * @param sequence number of this example among those of its partition
 * @param shown the impression it is about; null when there was none
 * @param shortfall negatives asked for and not found
 * @param late whether the answer came after its impression had been decided
 */
public record LedgerExample(
        ExampleKind kind,
        String id,
        String user,
        String item,
        @Nullable String action,
        float weight,
        long atMs,
        int partition,
        long sequence,
        @Nullable Shown shown,
        List<Negative> negatives,
        int shortfall,
        boolean late) {

    /**
     * The impression of an example.
     *
     * @param request null when the item was shown alone
     * @param position -1 when not logged
     * @param propensity NaN when not logged
     * @param atMs event time, epoch milliseconds
     */
    public record Shown(String impression, @Nullable String request, int position, float propensity, long atMs) {}

    /**
     * A negative of an example.
     *
     * @param sampler that drew it
     * @param logQ natural log of its probability in one draw; NaN when unknown
     */
    public record Negative(String item, String sampler, double logQ, float weight) {}
}
