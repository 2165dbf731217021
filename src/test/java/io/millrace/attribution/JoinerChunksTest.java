package io.millrace.attribution;

import static io.millrace.attribution.Recorded.click;
import static io.millrace.attribution.Recorded.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.testing.Seeded;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class JoinerChunksTest {

    private static final AttributionConfig CONFIG = new AttributionConfig(100, 10, 50, 20, 0, 1_000_000);

    private final Recorded told = new Recorded();
    private final ChunkLog log = new ChunkLog();
    private final Joiner joiner = new Joiner(CONFIG);

    @Test
    void eventsComeBackWhole() throws IOException {
        Impression impression = new Impression(
                EntityId.of("s\u00e9"), EntityId.of("r"), EntityId.of("u"), EntityId.of("\u6771"), -1, Float.NaN, -5);
        Click waiting = new Click(
                EntityId.of("c"), EntityId.of("x"), EntityId.of("u"), EntityId.of("i"), "l\u00edke", 0.1f, -3);
        joiner.accept(impression, told);
        joiner.accept(waiting, told);
        log.commit(joiner, joiner.streamTimeMs());

        List<Object> back = new ArrayList<>();
        Joiner after = JoinerPropertiesTest.restarted(joiner, CONFIG, log);
        after.advance(1000, new Outcomes() {
            @Override
            public void clicked(Impression shown, Click click) {}

            @Override
            public void unclicked(Impression shown) {
                back.add(shown);
            }

            @Override
            public void lateClicked(Impression shown, Click click, boolean retracts) {}

            @Override
            public void orphan(Click click) {
                back.add(click);
            }
        });

        assertThat(back).containsExactly(waiting, impression);
    }

    @Test
    void entriesThatCameAndWentBetweenCommitsAreNotWritten() {
        joiner.accept(shown("short", "u", "i", 0), told);
        joiner.accept(click("c", "later", "u", "j", 0), told);
        joiner.advance(1000, told);
        int empty = log.commit(joiner, 1000).length();
        joiner.advance(2000, told);

        assertThat(log.commit(joiner, 2000)).hasSize(empty);
    }

    @Test
    void decisionAndExpiryWriteNoRecord() {
        joiner.accept(shown("s", "u", "i", 0), told);
        log.commit(joiner, 0);
        joiner.advance(120, told);
        String decided = log.commit(joiner, 120);
        joiner.advance(121, told);

        assertThat(told.lines).containsExactly("s unclicked");
        assertThat(log.commit(joiner, 121)).hasSameSizeAs(decided);
    }

    @Test
    void whatIsHeldOfSomeUsersGoesOnInJoinersOfTheirOwn() {
        Seeded.forSeeds(100, random -> {
            List<Event> events = new Histories(random).of(120);
            AttributionConfig config = new AttributionConfig(40, 10, 30, 15, 0, 1_000_000);
            int cut = events.size() / 2;
            Joiner whole = new Joiner(config);
            events.subList(0, cut).forEach(event -> accept(whole, event, new Recorded()));
            List<String> expected = new ArrayList<>();
            List<String> split = new ArrayList<>();
            Balance sum = new Balance();
            for (int part = 0; part < 2; part++) {
                Predicate<EntityId> users = usersOf(part);
                Joiner own = new Joiner(config);
                for (HeldChunk chunk : whole.held(users, 3)) {
                    own.readChanges(new DataInputStream(new ByteArrayInputStream(chunk.bytes())));
                }
                sum.add(whole.heldBalance(users));
                Recorded outcomes = new Recorded();
                events.subList(cut, events.size()).stream()
                        .filter(event -> users.test(event.user()))
                        .forEach(event -> accept(own, event, outcomes));
                own.advance(Long.MAX_VALUE / 2, outcomes);
                split.addAll(outcomes.lines);
            }
            assertThat(sum.get(Balance.Count.IMPRESSIONS_PENDING))
                    .isEqualTo(whole.balance().get(Balance.Count.IMPRESSIONS_PENDING));
            assertThat(sum.get(Balance.Count.CLICKS_WAITING))
                    .isEqualTo(whole.balance().get(Balance.Count.CLICKS_WAITING));
            for (int part = 0; part < 2; part++) {
                expected.addAll(uninterrupted(config, events, cut, usersOf(part)));
            }
            assertThat(split).isEqualTo(expected).isNotEmpty();
        });
    }

    private static Predicate<EntityId> usersOf(int part) {
        return user -> Math.floorMod(user.hash(), 2) == part;
    }

    /** What a joiner of some users, whose time goes on with everybody's up to the cut, tells after it. */
    private static List<String> uninterrupted(
            AttributionConfig config, List<Event> events, int cut, Predicate<EntityId> users) {
        Joiner joiner = new Joiner(config);
        Recorded before = new Recorded();
        for (Event event : events.subList(0, cut)) {
            joiner.advance(event.atMs(), before);
            if (users.test(event.user())) {
                accept(joiner, event, before);
            }
        }
        Recorded after = new Recorded();
        events.subList(cut, events.size()).stream()
                .filter(event -> users.test(event.user()))
                .forEach(event -> accept(joiner, event, after));
        joiner.advance(Long.MAX_VALUE / 2, after);
        return after.lines;
    }

    private static void accept(Joiner joiner, Event event, Outcomes outcomes) {
        if (event instanceof Impression impression) {
            joiner.accept(impression, outcomes);
        } else if (event instanceof Click click) {
            joiner.accept(click, outcomes);
        }
    }

    @Test
    void nothingNewIsNoChange() {
        assertThat(joiner.hasChanges()).isFalse();
        joiner.accept(shown("s", "u", "i", 0), told);
        assertThat(joiner.hasChanges()).isTrue();
        log.commit(joiner, 0);
        assertThat(joiner.hasChanges()).isFalse();
    }

    @Test
    void chunksGoWhenTheirLastEntryIsForgotten() {
        for (int atMs = 0; atMs < 2_000; atMs += 10) {
            joiner.accept(shown("s" + atMs, "u", "i", atMs), told);
            log.commit(joiner, atMs);
        }
        assertThat(log.size()).isEqualTo(17);
        assertThat(joiner.neededUntilMs()).isEqualTo(1_990 + 160);
    }

    @Test
    void stateStaysSmallWhenNobodyWritesChunks() {
        for (int k = 0; k < 50_000; k++) {
            joiner.accept(shown("s", "u" + k % 7, "i", k / 10), told);
            told.lines.clear();
        }
        assertThat(joiner.stateBytes()).isLessThan(400_000);
    }

    @Test
    void foreignAndTruncatedBytesAreRefused() {
        assertThatThrownBy(() -> joiner.readChanges(in(9, 0, 0, 0, 0)))
                .isInstanceOf(IOException.class)
                .hasMessage("chunk of the joiner has version 9, expected 1");
        assertThatThrownBy(() -> joiner.readChanges(in(1, 0, 0, 0, 1, 0x80)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chunk of 1 bytes ends inside a value");
    }

    private static DataInputStream in(int... bytes) {
        byte[] copy = new byte[bytes.length];
        for (int k = 0; k < bytes.length; k++) {
            copy[k] = (byte) bytes[k];
        }
        return new DataInputStream(new ByteArrayInputStream(copy));
    }
}
