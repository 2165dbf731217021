package io.millrace.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.attribution.Balance.Count;
import io.millrace.attribution.Balance.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BalanceTest {

    private final Balance balance = new Balance();

    @Test
    void whatIsTurnedAwayCameIn() {
        balance.duplicate(Kind.IMPRESSIONS);
        balance.refused(Kind.CLICKS);
        balance.dislikeLearned();
        balance.duplicate(Kind.DISLIKES);

        assertThat(balance.balances()).isTrue();
        assertThat(balance.view().get("dislikes"))
                .isEqualTo(Map.of("in", 2L, "learned", 1L, "duplicate", 1L, "refused", 0L));
    }

    @Test
    void anEventInNoPlaceOrInTwoIsNoticed() {
        balance.plus(Count.CLICKS_IN);
        assertThat(balance.balances()).isFalse();
        balance.plus(Count.CLICKS_ORPHAN);
        assertThat(balance.balances()).isTrue();
        balance.move(Count.CLICKS_LATE, Count.CLICKS_ORPHAN);
        assertThat(balance.balances()).as("a negative count").isFalse();
    }

    @Test
    void viewNamesEveryPlaceInOrder() {
        assertThat(balance.view().toString())
                .isEqualTo("{impressions={in=0, clicked=0, unclicked=0, late=0, pending=0, duplicate=0, refused=0},"
                        + " clicks={in=0, answered=0, late=0, orphan=0, waiting=0, duplicate=0, refused=0},"
                        + " dislikes={in=0, learned=0, duplicate=0, refused=0},"
                        + " joiner={overflowed=0, idleAdvances=0}}");
    }

    @Test
    void countsAddUpAndComeBackFromBytes() throws IOException {
        balance.idleAdvance();
        balance.refused(Kind.IMPRESSIONS);
        Balance sum = new Balance();
        sum.add(balance);
        sum.add(balance);

        Balance back = new Balance();
        back.duplicate(Kind.CLICKS);
        back.readFrom(new DataInputStream(new ByteArrayInputStream(bytesOf(sum))));

        assertThat(back.view()).isEqualTo(sum.view());
        assertThat(back.get(Count.IMPRESSIONS_REFUSED)).isEqualTo(2);
        assertThat(back.get(Count.IDLE_ADVANCES)).isEqualTo(2);
    }

    @Test
    void anotherVersionIsRefused() {
        assertThatThrownBy(() -> balance.readFrom(new DataInputStream(new ByteArrayInputStream(new byte[] {2, 1}))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("balance of version 2");
    }

    private static byte[] bytesOf(Balance balance) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        balance.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
