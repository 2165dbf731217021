package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KindTest {

    @Test
    void durationsAreInMilliseconds() {
        assertThat(Kind.DURATION.parse("500ms")).isEqualTo(500L);
        assertThat(Kind.DURATION.parse("10s")).isEqualTo(10_000L);
        assertThat(Kind.DURATION.parse("30m")).isEqualTo(1_800_000L);
        assertThat(Kind.DURATION.parse("1.5h")).isEqualTo(5_400_000L);
        assertThat(Kind.DURATION.parse("7d")).isEqualTo(604_800_000L);
    }

    @Test
    void aDurationNeedsAKnownUnitAndWholeMilliseconds() {
        for (String text : List.of("30", "", "m", "30 min", "-1s", "0.5ms", "1h30m", "30M", "999999999999999d")) {
            assertThat(Kind.DURATION.parse(text)).as(text).isNull();
        }
    }

    @Test
    void sizesAreInBytesAndPowersOf1024() {
        assertThat(Kind.SIZE.parse("512KB")).isEqualTo(524_288L);
        assertThat(Kind.SIZE.parse("0.5GB")).isEqualTo(1L << 29);
        for (String text : List.of("256", "256mb", "256M", "-1B")) {
            assertThat(Kind.SIZE.parse(text)).as(text).isNull();
        }
    }

    @Test
    void numbersAreFinite() {
        assertThat(Kind.DECIMAL.parse("-1.5e-3")).isEqualTo(-0.0015);
        assertThat(Kind.INTEGER.parse("10_000")).isEqualTo(10_000L);
        for (String text : List.of("NaN", "Infinity", "1,5", "0x10", "1f", "")) {
            assertThat(Kind.DECIMAL.parse(text)).as(text).isNull();
            assertThat(Kind.INTEGER.parse(text)).as(text).isNull();
        }
        assertThat(Kind.INTEGER.parse("99999999999999999999")).isNull();
    }

    @Test
    void listsMayComeWithoutBrackets() {
        assertThat(Kind.INTEGERS.parse("[10, 20]")).isEqualTo(List.of(10L, 20L));
        assertThat(Kind.INTEGERS.parse("10,20")).isEqualTo(List.of(10L, 20L));
        assertThat(Kind.INTEGERS.parse("10,,20")).isNull();
    }
}
