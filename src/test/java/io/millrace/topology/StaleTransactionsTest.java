package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class StaleTransactionsTest {

    private final StaleTransactions stale = new StaleTransactions(2);

    private static StreamsException ended() {
        return new StreamsException("committing", new InvalidTxnStateException("an invalid state"));
    }

    @Test
    void aTransactionThatHasEndedIsFoundBelowWhatStreamsSays() {
        assertThat(stale.mayReplace(ended(), 0)).isTrue();
    }

    @Test
    void anyOtherFailureEndsTheInstance() {
        assertThat(stale.mayReplace(new StreamsException("sending", new OutOfOrderSequenceException("lost")), 0))
                .isFalse();
        assertThat(stale.mayReplace(new IllegalStateException("a fault of ours"), 0))
                .isFalse();
    }

    @Test
    void noMoreThreadsThanThereAreAreReplacedWithinAMinute() {
        assertThat(stale.mayReplace(ended(), 1000)).isTrue();
        assertThat(stale.mayReplace(ended(), 1001)).isTrue();
        assertThat(stale.mayReplace(ended(), 1000 + StaleTransactions.WITHIN_MS - 1))
                .isFalse();
        assertThat(stale.mayReplace(ended(), 1000 + StaleTransactions.WITHIN_MS))
                .isTrue();
    }
}
