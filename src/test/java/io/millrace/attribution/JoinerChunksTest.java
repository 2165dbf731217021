package io.millrace.attribution;

import static io.millrace.attribution.Recorded.click;
import static io.millrace.attribution.Recorded.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Impression;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
