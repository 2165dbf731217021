package io.millrace.topology;

import java.util.ArrayDeque;
import org.apache.kafka.common.errors.InvalidTxnStateException;

/**
 * Tells which failures of a stream thread a fresh thread mends. A process that sleeps longer than {@code
 * transaction.timeout.ms}, or is cut off from its brokers, wakes in a transaction that the coordinator has ended. Mostly
 * the brokers say that its producer is fenced, and Streams starts its tasks over from what is committed; but some answer
 * that the transaction is in no valid state, which Streams takes for fatal (KAFKA-19690). Nothing of an ended transaction
 * is readable, so starting over is as right after one answer as after the other.
 */
final class StaleTransactions {

    static final long WITHIN_MS = 60_000;

    private final int threads;
    private final ArrayDeque<Long> replacedAt = new ArrayDeque<>();

    /** @param threads of the instance, which all wake at once: as many may be replaced within a minute, and no more */
    StaleTransactions(int threads) {
        this.threads = threads;
    }

    /** True when the thread that ended by this is to be replaced; remembers that it was. */
    synchronized boolean mayReplace(Throwable failure, long nowMs) {
        if (!isStale(failure)) {
            return false;
        }
        replacedAt.removeIf(at -> nowMs - at >= WITHIN_MS);
        if (replacedAt.size() >= threads) {
            return false;
        }
        replacedAt.add(nowMs);
        return true;
    }

    private static boolean isStale(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidTxnStateException) {
                return true;
            }
        }
        return false;
    }
}
