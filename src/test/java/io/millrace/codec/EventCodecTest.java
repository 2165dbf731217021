package io.millrace.codec;

import static io.millrace.codec.EventTopic.CLICKS;
import static io.millrace.codec.EventTopic.IMPRESSIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.event.Click;
import io.millrace.event.Dislike;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.event.InvalidSetting;
import io.millrace.topics.TopicCatalog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EventCodecTest {

    private static final RecordOrigin ORIGIN = new RecordOrigin("topic", 3, 1041);

    private final EventCodec codec = new EventCodec(Map.of(), false);

    @Test
    void anImpressionSaysAllItCan() throws Exception {
        assertThat(decode(IMPRESSIONS, """
                        {"type":"impression","id":"x","user":"u1","item":"i1","request":"r1","position":0,
                        "propensity":0.1,"at":1700000000000}"""))
                .containsExactly(new Impression(id("x"), id("r1"), id("u1"), id("i1"), 0, 0.1f, 1_700_000_000_000L));
    }

    @Test
    void anImpressionSaysWhatItMust() throws Exception {
        assertThat(decode(IMPRESSIONS, "{\"user\":\"u1\",\"item\":\"i1\",\"at\":5}"))
                .containsExactly(new Impression(id("topic-3-1041"), null, id("u1"), id("i1"), -1, Float.NaN, 5));
    }

    @Test
    void aSlateIsOneImpressionAnItem() throws Exception {
        assertThat(decode(IMPRESSIONS, """
                        {"request":"r","user":"u","at":7,"items":["a",{"item":"b","position":9,"propensity":0.5,"id":"own"},
                        {"item":"c","more":{"deep":[1]}}]}"""))
                .containsExactly(
                        new Impression(id("r/0"), id("r"), id("u"), id("a"), 0, Float.NaN, 7),
                        new Impression(id("own"), id("r"), id("u"), id("b"), 9, 0.5f, 7),
                        new Impression(id("r/2"), id("r"), id("u"), id("c"), 2, Float.NaN, 7));
    }

    @Test
    void aClickSaysWhatItMustAndTheRestIsUsual() throws Exception {
        assertThat(decode(CLICKS, "{\"user\":\"u\",\"item\":\"i\",\"at\":7,\"id\":\"c\",\"impression\":null}"))
                .containsExactly(new Click(id("c"), null, id("u"), id("i"), "click", 1, 7));
    }

    @Test
    void answersCarryTheirActionAndWeight() throws Exception {
        assertThat(decode(CLICKS, """
                        {"type":"click","id":"c","user":"u","item":"i","impression":"p","action":"purchase","weight":2.5,
                        "at":7}"""))
                .containsExactly(new Click(id("c"), id("p"), id("u"), id("i"), "purchase", 2.5f, 7));
        assertThat(decode(CLICKS, "{\"type\":\"dislike\",\"id\":\"d\",\"user\":\"u\",\"item\":\"i\",\"at\":7}"))
                .containsExactly(new Dislike(id("d"), id("u"), id("i"), 1, 7));
    }

    @Test
    void isoTimesAreReadWithTheirOffset() throws Exception {
        assertThat(decode(CLICKS, "{\"user\":\"u\",\"item\":\"i\",\"at\":\"1970-01-01T01:00:00.007+01:00\"}"))
                .extracting(Event::atMs)
                .containsExactly(7L);
    }

    @Test
    void sendersMayNameTheFields() throws Exception {
        EventCodec named = new EventCodec(Map.of("user", "userId", "at", "ts"), false);
        List<Event> out = new ArrayList<>();
        named.decode(CLICKS, ORIGIN, null, utf8("{\"userId\":\"u\",\"user\":{},\"item\":\"i\",\"ts\":7}"), 9, out);
        assertThat(out).containsExactly(new Click(id("topic-3-1041"), null, id("u"), id("i"), "click", 1, 7));
    }

    @Test
    void fieldNamesThatCannotBeAreAllTold() {
        assertThatThrownBy(() -> new EventCodec(Map.of("usr", "x", "user", "item", "at", " "), false))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("codec.fields.usr = x, expected only names of [type, id, user")
                .hasMessageContaining("codec.fields.item = item, expected another name than that of user")
                .hasMessageContaining("codec.fields.at = \" \", expected the name of a JSON field");
    }

    @Test
    void aStrictKeyIsTheUser() throws Exception {
        EventCodec strict = new EventCodec(Map.of(), true);
        byte[] value = utf8("{\"user\":\"u\",\"item\":\"i\",\"at\":7}");
        assertThat(strict.decode(CLICKS, ORIGIN, utf8("u"), value, 9, new ArrayList<>()))
                .isEqualTo(1);
        assertThat(strict.decode(CLICKS, ORIGIN, null, value, 9, new ArrayList<>()))
                .isEqualTo(1);
        assertThatThrownBy(() -> strict.decode(CLICKS, ORIGIN, utf8("v"), value, 9, new ArrayList<>()))
                .hasMessage("record key = v, expected the user, u");
        assertThat(codec.decode(CLICKS, ORIGIN, utf8("v"), value, 9, new ArrayList<>()))
                .isEqualTo(1);
    }

    @Test
    void everySampleDecodes() throws Exception {
        assertThat(samples("impressions", IMPRESSIONS)).isEqualTo(7);
        assertThat(samples("clicks", CLICKS)).isEqualTo(4);
    }

    private int samples(String logical, EventTopic topic) throws Refused {
        int events = 0;
        String sample = TopicCatalog.load().topic(logical).sample();
        for (String line : TopicCatalog.text(sample).lines().toList()) {
            events += codec.decode(topic, ORIGIN, null, utf8(line), Long.MAX_VALUE, new ArrayList<>());
        }
        return events;
    }

    private List<Event> decode(EventTopic topic, String json) throws Refused {
        List<Event> out = new ArrayList<>();
        int count = codec.decode(topic, ORIGIN, null, utf8(json), Long.MAX_VALUE, out);
        assertThat(out).hasSize(count);
        return out;
    }

    private static EntityId id(String text) {
        return EntityId.of(text);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
