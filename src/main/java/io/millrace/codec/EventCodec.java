package io.millrace.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.millrace.codec.FieldNames.Field;
import io.millrace.event.Click;
import io.millrace.event.Dislike;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records of the event topics, one JSON object each, to events. Everything a sender can do wrong ends in {@link Refused};
 * what comes out is valid. Reuses its buffers, so it is not thread-safe: one a thread.
 */
public final class EventCodec {

    /** The longest document that is read. */
    public static final int MAX_DOCUMENT_BYTES = 1 << 20;

    private static final int MAX_DEPTH = 32;
    private static final int MAX_TEXT = 4096;
    private static final int MAX_NUMBER = 100;

    /** Names come from outside, so they are not interned; NaN is read, to be refused as the bad number it is. */
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_TEXT)
                    .maxNameLength(MAX_TEXT)
                    .maxNumberLength(MAX_NUMBER)
                    .maxDocumentLength(MAX_DOCUMENT_BYTES)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final EventFields fields;
    private final boolean strictKeys;

    /**
     * @param fieldNames the sender's name of each top-level field that has another one there, for example
     *     {@code user: userId}
     * @param strictKeys whether a record whose key is not its user is refused; records without a key never are
     */
    public EventCodec(Map<String, String> fieldNames, boolean strictKeys) {
        this.fields = new EventFields(new FieldNames(fieldNames));
        this.strictKeys = strictKeys;
    }

    /**
     * Adds the events of one record, in the order of the slate if it is one.
     *
     * @param origin gives the event an id when the record does not
     * @param latestMs the latest event time that is believed, epoch milliseconds: now and some tolerance
     * @param out unchanged when the record is refused
     * @return how many were added, at least 1
     */
    public int decode(
            EventTopic topic,
            RecordOrigin origin,
            byte @Nullable [] key,
            byte @Nullable [] value,
            long latestMs,
            List<Event> out)
            throws Refused {
        read(value, latestMs);
        checkKey(key);
        return switch (topic) {
            case IMPRESSIONS -> addShown(origin, out);
            case CLICKS -> addAnswer(origin, out);
        };
    }

    private void read(byte @Nullable [] value, long latestMs) throws Refused {
        if (value == null) {
            throw new Refused(RefusalReason.NULL_VALUE, "value = null, expected a JSON object");
        }
        if (value.length > MAX_DOCUMENT_BYTES) {
            String expected = "at most " + MAX_DOCUMENT_BYTES + " bytes";
            throw Refused.field(RefusalReason.TOO_LARGE, "value", value.length + " bytes", expected);
        }
        if (fields.readPlain(value, latestMs)) {
            return;
        }
        try (JsonParser parser = JSON.createParser(value)) {
            fields.read(parser, latestMs);
        } catch (StreamConstraintsException e) {
            throw beyondLimits(e.getOriginalMessage());
        } catch (IOException e) {
            throw new Refused(RefusalReason.BROKEN_JSON, "broken JSON: " + e.getMessage());
        }
    }

    private static Refused beyondLimits(String message) {
        boolean deep = message.contains("nesting depth");
        return new Refused(deep ? RefusalReason.TOO_DEEP : RefusalReason.TOO_LARGE, message);
    }

    private void checkKey(byte @Nullable [] key) throws Refused {
        if (!strictKeys || key == null) {
            return;
        }
        if (!Arrays.equals(key, fields.user().utf8())) {
            String found = new String(key, StandardCharsets.UTF_8);
            throw Refused.field(RefusalReason.KEY_MISMATCH, "record key", found, "the user, " + fields.user());
        }
    }

    private int addShown(RecordOrigin origin, List<Event> out) throws Refused {
        String type = fields.type();
        if (type == null) {
            return fields.hasItems() ? addSlate(out) : addImpression(origin, out);
        }
        return switch (type) {
            case "impression" -> addImpression(origin, out);
            case "slate" -> addSlate(out);
            default -> throw unknown(type, "one of [impression, slate]");
        };
    }

    private int addAnswer(RecordOrigin origin, List<Event> out) throws Refused {
        String type = fields.type();
        if (type == null) {
            return addClick(origin, out);
        }
        return switch (type) {
            case "click" -> addClick(origin, out);
            case "dislike" -> addDislike(origin, out);
            default -> throw unknown(type, "one of [click, dislike]");
        };
    }

    private Refused unknown(String type, String expected) {
        return Refused.field(RefusalReason.UNKNOWN_TYPE, fields.name(Field.TYPE), type, expected);
    }

    private int addImpression(RecordOrigin origin, List<Event> out) throws Refused {
        out.add(new Impression(
                id(origin),
                fields.request(),
                fields.user(),
                fields.item(),
                fields.position(),
                fields.propensity(),
                fields.atMs()));
        return 1;
    }

    private int addSlate(List<Event> out) throws Refused {
        SlateItems items = fields.items();
        EntityId request = fields.requiredRequest();
        EntityId user = fields.user();
        long atMs = fields.atMs();
        checkMadeIds(request, items);
        for (int i = 0; i < items.size(); i++) {
            SlateItems.Place place = items.place(i);
            String id = place.id() == null ? request + "/" + i : place.id();
            EntityId item = EntityId.of(place.item());
            out.add(new Impression(EntityId.of(id), request, user, item, place.position(), place.propensity(), atMs));
        }
        return items.size();
    }

    /** The longest id made from a request is that of the last item without one. */
    private void checkMadeIds(EntityId request, SlateItems items) throws Refused {
        for (int i = items.size() - 1; i >= 0; i--) {
            if (items.place(i).id() == null) {
                FieldValues.checkedId(request + "/" + i, fields.name(Field.REQUEST) + "/index");
                return;
            }
        }
    }

    private int addClick(RecordOrigin origin, List<Event> out) throws Refused {
        out.add(new Click(
                id(origin),
                fields.impression(),
                fields.user(),
                fields.item(),
                fields.action(),
                fields.weight(),
                fields.atMs()));
        return 1;
    }

    private int addDislike(RecordOrigin origin, List<Event> out) throws Refused {
        out.add(new Dislike(id(origin), fields.user(), fields.item(), fields.weight(), fields.atMs()));
        return 1;
    }

    private EntityId id(RecordOrigin origin) {
        EntityId given = fields.id();
        return given == null ? EntityId.of(origin.text()) : given;
    }
}
