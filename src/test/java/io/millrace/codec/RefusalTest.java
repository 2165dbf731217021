package io.millrace.codec;

import static io.millrace.codec.EventTopic.CLICKS;
import static io.millrace.codec.EventTopic.IMPRESSIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.topics.TopicCatalog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What senders do wrong, and what it is called. */
final class RefusalTest {

    private static final long LATEST_MS = 2_000_000_000_000L;
    private static final RecordOrigin ORIGIN = new RecordOrigin("topic", 0, 7);

    private final EventCodec codec = new EventCodec(Map.of(), false);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    broken-json     | {"user":"u","item":"i","at":1
                    broken-json     | {"user":"u","item":"i","at":1}}
                    broken-json     | {"user":"u","item":"i","at":1} {}
                    broken-json     | {"user":"u" "item":"i"}
                    broken-json     | {'user':'u'}
                    broken-json     | user
                    wrong-type      | []
                    wrong-type      | "text"
                    wrong-type      | 12
                    wrong-type      | null
                    wrong-type      | {"user":12,"item":"i","at":1}
                    wrong-type      | {"user":{"id":"u"},"item":"i","at":1}
                    wrong-type      | {"user":"u","item":["i"],"at":1}
                    wrong-type      | {"user":"u","item":"i","at":1.5}
                    wrong-type      | {"user":"u","item":"i","at":true}
                    wrong-type      | {"user":"u","item":"i","at":1,"type":7}
                    wrong-type      | {"user":"u","item":"i","at":1,"weight":"NaN"}
                    missing-field   | {}
                    missing-field   | {"item":"i","at":1}
                    missing-field   | {"user":null,"item":"i","at":1}
                    missing-field   | {"user":"u","at":1}
                    missing-field   | {"user":"u","item":"i"}
                    bad-id          | {"user":"","item":"i","at":1}
                    bad-id          | {"user":" \\t","item":"i","at":1}
                    bad-id          | {"user":"u","item":"\\ud800","at":1}
                    bad-id          | {"user":"u","item":"i","at":1,"id":""}
                    bad-weight      | {"user":"u","item":"i","at":1,"weight":-0.5}
                    bad-weight      | {"user":"u","item":"i","at":1,"weight":NaN}
                    bad-weight      | {"user":"u","item":"i","at":1,"weight":-Infinity}
                    bad-weight      | {"user":"u","item":"i","at":1,"weight":1e999}
                    bad-time        | {"user":"u","item":"i","at":-1}
                    bad-time        | {"user":"u","item":"i","at":99999999999999999999}
                    bad-time        | {"user":"u","item":"i","at":"yesterday"}
                    bad-time        | {"user":"u","item":"i","at":"2023-11-14T22:13:20"}
                    bad-time        | {"user":"u","item":"i","at":"1969-12-31T23:59:59Z"}
                    future-time     | {"user":"u","item":"i","at":2000000000001}
                    future-time     | {"user":"u","item":"i","at":"+99999-01-01T00:00:00Z"}
                    unknown-type    | {"user":"u","item":"i","at":1,"type":"impression"}
                    unknown-type    | {"user":"u","item":"i","at":1,"type":""}
                    """)
    void aBadClick(String code, String json) {
        assertThat(refusal(CLICKS, utf8(json)).reason().code()).as(json).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    bad-propensity  | {"user":"u","item":"i","at":1,"propensity":0}
                    bad-propensity  | {"user":"u","item":"i","at":1,"propensity":1.01}
                    bad-propensity  | {"user":"u","item":"i","at":1,"propensity":-1}
                    bad-propensity  | {"user":"u","item":"i","at":1,"propensity":NaN}
                    bad-position    | {"user":"u","item":"i","at":1,"position":-1}
                    bad-position    | {"user":"u","item":"i","at":1,"position":3000000000}
                    wrong-type      | {"user":"u","item":"i","at":1,"position":0.5}
                    missing-field   | {"type":"slate","user":"u","request":"r","at":1}
                    missing-field   | {"user":"u","items":["i"],"at":1}
                    missing-field   | {"user":"u","request":"r","items":["i"]}
                    missing-field   | {"user":"u","request":"r","items":[{"position":1}],"at":1}
                    empty-slate     | {"user":"u","request":"r","items":[],"at":1}
                    wrong-type      | {"user":"u","request":"r","items":{},"at":1}
                    wrong-type      | {"user":"u","request":"r","items":[1],"at":1}
                    wrong-type      | {"user":"u","request":"r","items":[null],"at":1}
                    bad-id          | {"user":"u","request":"r","items":["a",""],"at":1}
                    bad-propensity  | {"user":"u","request":"r","items":["a",{"item":"b","propensity":2}],"at":1}
                    unknown-type    | {"user":"u","item":"i","at":1,"type":"click"}
                    """)
    void aBadImpression(String code, String json) {
        assertThat(refusal(IMPRESSIONS, utf8(json)).reason().code()).as(json).isEqualTo(code);
    }

    @Test
    void nothingAndTooMuch() {
        assertThat(refusal(CLICKS, null).reason()).isEqualTo(RefusalReason.NULL_VALUE);
        assertThat(refusal(CLICKS, new byte[0]).reason()).isEqualTo(RefusalReason.BROKEN_JSON);
        assertThat(refusal(CLICKS, new byte[2 << 20]).reason()).isEqualTo(RefusalReason.TOO_LARGE);
        assertThat(refusal(CLICKS, new byte[] {0, 0, 0, 0, 9, 12, 1, 2}).reason())
                .as("a schema registry's magic byte")
                .isEqualTo(RefusalReason.BROKEN_JSON);
    }

    @Test
    void depthIsBounded() {
        String deep = "{\"user\":\"u\",\"x\":" + "[".repeat(2000) + "]".repeat(2000) + "}";
        assertThat(refusal(CLICKS, utf8(deep)).reason()).isEqualTo(RefusalReason.TOO_DEEP);
    }

    @Test
    void anIdHasAtMost256Bytes() throws Exception {
        String fits = "ä".repeat(128);
        assertThat(codec.decode(CLICKS, ORIGIN, null, click(fits), LATEST_MS, new ArrayList<>()))
                .isEqualTo(1);
        assertThat(refusal(CLICKS, click(fits + "x")).reason()).isEqualTo(RefusalReason.BAD_ID);
        assertThat(refusal(CLICKS, click("x".repeat(5000))).reason()).isEqualTo(RefusalReason.TOO_LARGE);
    }

    /** The id that a place gets from its request counts too, but only where it is needed. */
    @Test
    void aMadeIdHasAtMost256Bytes() throws Exception {
        String request = "r".repeat(EntityId.MAX_BYTES);
        assertThat(refusal(IMPRESSIONS, slate(request, "\"i\"")).reason()).isEqualTo(RefusalReason.BAD_ID);
        byte[] own = slate(request, "{\"item\":\"i\",\"id\":\"x\"}");
        assertThat(codec.decode(IMPRESSIONS, ORIGIN, null, own, LATEST_MS, new ArrayList<>()))
                .isEqualTo(1);
    }

    @Test
    void aSlateHasAtMost1000Items() throws Exception {
        String thousand = "\"i\"" + ",\"i\"".repeat(999);
        assertThat(codec.decode(IMPRESSIONS, ORIGIN, null, slate("r", thousand), LATEST_MS, new ArrayList<>()))
                .isEqualTo(1000);
        assertThat(refusal(IMPRESSIONS, slate("r", thousand + ",\"i\"")).reason())
                .isEqualTo(RefusalReason.LARGE_SLATE);
    }

    @Test
    void theDetailSaysFieldValueAndExpectationAndIsPrintable() {
        assertThat(refusal(CLICKS, utf8("{\"user\":\"u\",\"item\":\"i\",\"at\":1,\"weight\":-2}"))
                        .detail())
                .isEqualTo("weight = -2, expected a finite number, at least 0");
        assertThat(refusal(CLICKS, utf8("{\"type\":\"a\\u0000\\n\\ud800b\"" + ",\"user\":\"u\"}"))
                        .detail())
                .startsWith("type = a???b, expected");
        assertThat(refusal(CLICKS, utf8("{\"type\":\"" + "x".repeat(4000) + "\"}"))
                        .detail())
                .hasSizeLessThan(200);
    }

    @Test
    void refusalsCarryNoStack() {
        assertThat(refusal(CLICKS, null).getStackTrace()).isEmpty();
    }

    /** The next good record does not see what a bad one left behind. */
    @Test
    void aBadRecordLeavesNoTrace() throws Exception {
        refusal(
                IMPRESSIONS,
                utf8("{\"request\":\"r\",\"items\":[\"a\",\"b\"],\"position\":4,\"id\":\"x\",\"at\":5,\"user\":7}"));
        refusal(IMPRESSIONS, utf8("{\"user\":\"v\"}"));
        List<Event> out = new ArrayList<>();
        codec.decode(IMPRESSIONS, ORIGIN, null, utf8("{\"user\":\"u\",\"item\":\"i\",\"at\":1}"), LATEST_MS, out);
        assertThat(out)
                .singleElement()
                .hasToString(
                        "Impression[id=topic-0-7, request=null, user=u, item=i, position=-1, propensity=NaN, atMs=1]");
    }

    @Test
    void deadLettersSayWhyAndWhence() {
        Map<String, byte[]> headers = DeadLetters.headers(refusal(CLICKS, null), ORIGIN, 99);
        assertThat(headers.keySet())
                .containsExactly(
                        "millrace.reason",
                        "millrace.detail",
                        "millrace.topic",
                        "millrace.partition",
                        "millrace.offset",
                        "millrace.at");
        assertThat(headers.values().stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)))
                .containsExactly("null-value", "value = null, expected a JSON object", "topic", "0", "7", "99");
    }

    @Test
    void theSchemaListsTheReasons() throws Exception {
        JsonNode reasons = new ObjectMapper()
                .readTree(TopicCatalog.text("schemas/dead-letter.json"))
                .at("/properties/headers/properties/millrace.reason/enum");
        List<String> listed = new ArrayList<>();
        reasons.forEach(reason -> listed.add(reason.textValue()));
        assertThat(listed)
                .containsExactlyElementsOf(Arrays.stream(RefusalReason.values())
                        .map(RefusalReason::code)
                        .toList());
    }

    private Refused refusal(EventTopic topic, byte[] value) {
        List<Event> out = new ArrayList<>();
        Refused refused =
                catchThrowableOfType(Refused.class, () -> codec.decode(topic, ORIGIN, null, value, LATEST_MS, out));
        assertThat(refused).as("a refusal").isNotNull();
        assertThat(out).isEmpty();
        return refused;
    }

    private static byte[] click(String user) {
        return utf8("{\"user\":\"" + user + "\",\"item\":\"i\",\"at\":1}");
    }

    private static byte[] slate(String request, String items) {
        return utf8("{\"user\":\"u\",\"request\":\"" + request + "\",\"items\":[" + items + "],\"at\":1}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
