package io.millrace.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.attribution.Balance.Count;
import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JoinerPropertiesTest {

    private static final int SEEDS = 80;

    @Test
    void outcomesAreThoseOfTheRulesReadPlainly() {
        Set<String> kinds = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            CounterRandom random = new CounterRandom().reset(seed, 1, 0);
            AttributionConfig config = Histories.config(random);
            Recorded told = new Recorded();
            Recorded expected = new Recorded();
            Joiner joiner = new Joiner(config);
            NaiveJoiner naive = new NaiveJoiner(config, expected);

            for (Event event : new Histories(random).of(150)) {
                JoinerTest.accept(joiner, event, told);
                naive.accept(event);
                assertThat(told.lines).as("seed %d", seed).isEqualTo(expected.lines);
                assertSameState(seed, joiner, naive);
            }
            long endMs = joiner.streamTimeMs() + 1000;
            joiner.advance(endMs, told);
            naive.advance(endMs);

            assertThat(told.lines).as("seed %d", seed).isEqualTo(expected.lines);
            assertThat(joiner.balance().get(Count.IMPRESSIONS_PENDING)).isZero();
            told.lines.forEach(line -> kinds.add(line.replaceAll("[0-9]", "")));
        }
        assertThat(kinds)
                .containsExactlyInAnyOrder(
                        "shown clicked by click",
                        "shown unclicked",
                        "shown retracted by click",
                        "shown late by click",
                        "click orphan");
    }

    @Test
    void restartFromChunksChangesNothing() throws IOException {
        int restarts = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            CounterRandom random = new CounterRandom().reset(seed, 2, 0);
            AttributionConfig config = Histories.config(random);
            Recorded told = new Recorded();
            Recorded expected = new Recorded();
            ChunkLog log = new ChunkLog();
            ChunkLog expectedLog = new ChunkLog();
            Joiner joiner = new Joiner(config);
            Joiner uninterrupted = new Joiner(config);

            for (Event event : new Histories(random).of(200)) {
                JoinerTest.accept(joiner, event, told);
                JoinerTest.accept(uninterrupted, event, expected);
                if (random.nextInt(5) == 0) {
                    assertThat(log.commit(joiner, joiner.streamTimeMs()))
                            .as("seed %d", seed)
                            .isEqualTo(expectedLog.commit(uninterrupted, uninterrupted.streamTimeMs()));
                    if (random.nextInt(3) == 0) {
                        joiner = restarted(joiner, config, log);
                        restarts++;
                    }
                    assertThat(joiner.balance().view())
                            .as("seed %d", seed)
                            .isEqualTo(uninterrupted.balance().view());
                    assertThat(openOf(joiner)).as("seed %d", seed).isEqualTo(openOf(uninterrupted));
                }
                assertThat(told.lines).as("seed %d", seed).isEqualTo(expected.lines);
            }
        }
        assertThat(restarts).isGreaterThan(500);
    }

    @Test
    void whatWasPendingUnderOtherSettingsStillEndsOnce() throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            CounterRandom random = new CounterRandom().reset(seed, 3, 0);
            ChunkLog log = new ChunkLog();
            Recorded told = new Recorded();
            AttributionConfig config = Histories.config(random);
            Joiner joiner = new Joiner(config);

            for (Event event : new Histories(random).of(200)) {
                JoinerTest.accept(joiner, event, told);
                if (random.nextInt(10) == 0) {
                    log.commit(joiner, joiner.streamTimeMs());
                    joiner = restarted(joiner, Histories.config(random), log);
                }
                assertThat(joiner.balance().balances()).as("seed %d", seed).isTrue();
            }
            joiner.advance(joiner.streamTimeMs() + 1000, told);

            assertThat(joiner.balance().get(Count.IMPRESSIONS_PENDING))
                    .as("seed %d", seed)
                    .isZero();
            assertThat(joiner.balance().get(Count.CLICKS_WAITING))
                    .as("seed %d", seed)
                    .isZero();
            assertThat(joiner.balance().balances()).as("seed %d", seed).isTrue();
        }
    }

    static Joiner restarted(Joiner before, AttributionConfig config, ChunkLog log) throws IOException {
        Joiner after = new Joiner(config);
        ByteArrayOutputStream balance = new ByteArrayOutputStream();
        before.balance().writeTo(new DataOutputStream(balance));
        after.balance().readFrom(new DataInputStream(new ByteArrayInputStream(balance.toByteArray())));
        log.restore(after);
        return after;
    }

    private static void assertSameState(int seed, Joiner joiner, NaiveJoiner naive) {
        Balance balance = joiner.balance();
        assertThat(balance.balances()).as("seed %d: %s", seed, balance).isTrue();
        assertThat(balance.get(Count.IMPRESSIONS_PENDING)).as("seed %d", seed).isEqualTo(naive.countOpen());
        assertThat(balance.get(Count.CLICKS_WAITING)).as("seed %d", seed).isEqualTo(naive.countWaiting());
        assertThat(balance.get(Count.OVERFLOWED)).as("seed %d", seed).isEqualTo(naive.overflowed);
        for (int user = 0; user < 3; user++) {
            assertThat(JoinerTest.openOf(joiner, "user" + user))
                    .as("seed %d", seed)
                    .isEqualTo(naive.open(EntityId.of("user" + user).hash()));
        }
    }

    private static List<String> openOf(Joiner joiner) {
        List<String> open = new ArrayList<>();
        for (int user = 0; user < 3; user++) {
            open.addAll(JoinerTest.openOf(joiner, "user" + user));
        }
        return open;
    }
}
