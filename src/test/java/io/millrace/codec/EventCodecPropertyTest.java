package io.millrace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.event.Click;
import io.millrace.event.CounterRandom;
import io.millrace.event.Dislike;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.topics.TopicCatalog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EventCodecPropertyTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final RecordOrigin ORIGIN = new RecordOrigin("topic", 0, 7);

    private final EventCodec codec = new EventCodec(Map.of(), false);

    @Test
    void anyValidEventComesBackFromItsJson() throws Exception {
        for (int seed = 0; seed < 2000; seed++) {
            CounterRandom random = new CounterRandom().reset(seed, 1, 1);
            boolean shown = random.nextInt(2) == 0;
            List<Event> events = shown ? shown(random) : List.of(answer(random));
            byte[] value = JSON.writeValueAsBytes(shown ? slateOrSingle(events, random) : answerJson(events.get(0)));
            List<Event> out = new ArrayList<>();
            EventTopic topic = shown ? EventTopic.IMPRESSIONS : EventTopic.CLICKS;
            codec.decode(topic, ORIGIN, null, value, Long.MAX_VALUE, out);
            assertThat(out).as("seed " + seed).isEqualTo(events);
            assertThat(parsed(topic, value)).as("seed " + seed).isEqualTo(events);
        }
    }

    /** Whatever happens to the bytes, the result is events with valid fields or a refusal, and nothing else. */
    @Test
    void mutatedBytesAreDecodedOrRefused() {
        List<byte[]> samples = new ArrayList<>();
        for (String logical : List.of("impressions", "clicks")) {
            String sample = TopicCatalog.load().topic(logical).sample();
            TopicCatalog.text(sample).lines().forEach(line -> samples.add(line.getBytes(StandardCharsets.UTF_8)));
        }
        int refused = 0;
        for (int seed = 0; seed < 30_000; seed++) {
            CounterRandom random = new CounterRandom().reset(seed, 2, 2);
            byte[] value = mutated(samples.get(random.nextInt(samples.size())), random);
            EventTopic topic = random.nextInt(2) == 0 ? EventTopic.IMPRESSIONS : EventTopic.CLICKS;
            refused += isRefused(topic, value, seed) ? 1 : 0;
        }
        assertThat(refused).as("mutations bite, but not always").isBetween(15_000, 29_500);
    }

    private boolean isRefused(EventTopic topic, byte[] value, int seed) {
        List<Event> out = new ArrayList<>();
        try {
            int count = codec.decode(topic, ORIGIN, null, value, Long.MAX_VALUE, out);
            assertThat(out).as("seed " + seed).hasSize(count).isNotEmpty().allSatisfy(this::isValid);
            assertThat(parsed(topic, value)).as("seed " + seed).isEqualTo(out);
            return false;
        } catch (Refused e) {
            assertThat(out).as("seed " + seed).isEmpty();
            return true;
        } catch (RuntimeException | StackOverflowError e) {
            return fail("seed " + seed + ": " + Arrays.toString(value), e);
        }
    }

    /** The events of a document that has a list in it besides, for which it takes the parser of all JSON. */
    private List<Event> parsed(EventTopic topic, byte[] value) throws Refused {
        String text = new String(value, StandardCharsets.ISO_8859_1);
        String more = text.replaceFirst("\\{", "{\"more\":[1],");
        List<Event> out = new ArrayList<>();
        codec.decode(topic, ORIGIN, null, more.getBytes(StandardCharsets.ISO_8859_1), Long.MAX_VALUE, out);
        return out;
    }

    private void isValid(Event event) {
        for (EntityId id : List.of(event.id(), event.user(), event.item())) {
            byte[] bytes = id.text().getBytes(StandardCharsets.UTF_8);
            assertThat(bytes.length).isBetween(1, EntityId.MAX_BYTES);
            assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(id.text());
        }
        assertThat(event.atMs()).isNotNegative();
        if (event instanceof Click click) {
            assertThat(click.weight()).isFinite().isNotNegative();
        }
    }

    private static byte[] mutated(byte[] sample, CounterRandom random) {
        byte[] bytes = sample.clone();
        int changes = 1 + random.nextInt(4);
        for (int k = 0; k < changes; k++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) "{}[]\",:\\0-.eE".charAt(random.nextInt(13));
                case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                default -> bytes = moved(bytes, at, random.nextInt(bytes.length));
            }
        }
        return bytes;
    }

    /** The bytes from {@code at} on, written again over those at {@code to}. */
    private static byte[] moved(byte[] bytes, int at, int to) {
        byte[] result = bytes.clone();
        System.arraycopy(bytes, at, result, to, Math.min(bytes.length - at, bytes.length - to));
        return result;
    }

    private static List<Event> shown(CounterRandom random) {
        if (random.nextInt(2) == 0) {
            EntityId request = random.nextInt(2) == 0 ? null : id(random);
            return List.of(impression(id(random), request, id(random), random, time(random)));
        }
        List<Event> events = new ArrayList<>();
        EntityId request = id(random);
        EntityId user = id(random);
        long atMs = time(random);
        int size = 1 + random.nextInt(20);
        for (int i = 0; i < size; i++) {
            events.add(impression(id(random), request, user, random, atMs));
        }
        return events;
    }

    private static Impression impression(
            EntityId id, EntityId request, EntityId user, CounterRandom random, long atMs) {
        float propensity = random.nextInt(3) == 0 ? Float.NaN : (float) (1 - random.nextDouble());
        return new Impression(id, request, user, id(random), random.nextInt(100), propensity, atMs);
    }

    private static Event answer(CounterRandom random) {
        float weight = (float) (random.nextDouble() * 100);
        if (random.nextInt(3) == 0) {
            return new Dislike(id(random), id(random), id(random), weight, time(random));
        }
        EntityId impression = random.nextInt(2) == 0 ? null : id(random);
        return new Click(id(random), impression, id(random), id(random), "buy", weight, time(random));
    }

    private static ObjectNode slateOrSingle(List<Event> events, CounterRandom random) {
        Impression first = (Impression) events.get(0);
        if (events.size() == 1 && (first.request() == null || random.nextInt(2) == 0)) {
            return json(first)
                    .put("id", first.id().text())
                    .put("item", first.item().text());
        }
        ObjectNode slate = JSON.createObjectNode()
                .put("user", first.user().text())
                .put("request", first.request().text())
                .put("at", first.atMs());
        ArrayNode items = slate.putArray("items");
        for (Event event : events) {
            Impression impression = (Impression) event;
            ObjectNode place = items.addObject()
                    .put("id", impression.id().text())
                    .put("item", impression.item().text())
                    .put("position", impression.position());
            putPropensity(place, impression);
        }
        return slate;
    }

    private static ObjectNode json(Impression impression) {
        ObjectNode node = JSON.createObjectNode()
                .put("user", impression.user().text())
                .put("position", impression.position())
                .put("at", impression.atMs());
        if (impression.request() != null) {
            node.put("request", impression.request().text());
        }
        putPropensity(node, impression);
        return node;
    }

    private static void putPropensity(ObjectNode node, Impression impression) {
        if (!Float.isNaN(impression.propensity())) {
            node.put("propensity", impression.propensity());
        }
    }

    private static ObjectNode answerJson(Event event) {
        ObjectNode node = JSON.createObjectNode()
                .put("id", event.id().text())
                .put("user", event.user().text())
                .put("item", event.item().text())
                .put("at", event.atMs());
        if (event instanceof Dislike dislike) {
            return node.put("type", "dislike").put("weight", dislike.weight());
        }
        Click click = (Click) event;
        if (click.impression() != null) {
            node.put("impression", click.impression().text());
        }
        return node.put("action", click.action()).put("weight", click.weight());
    }

    private static long time(CounterRandom random) {
        return random.nextLong() >>> 1;
    }

    /** One to twelve characters from all over Unicode. */
    private static EntityId id(CounterRandom random) {
        StringBuilder text = new StringBuilder("x");
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            int code = random.nextInt(random.nextInt(2) == 0 ? 0x80 : Character.MAX_CODE_POINT + 1);
            boolean surrogate = code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
            text.appendCodePoint(surrogate ? 'y' : code);
        }
        return EntityId.of(text.toString());
    }
}
