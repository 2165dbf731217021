package io.millrace.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.codec.FieldNames.Field;
import io.millrace.event.EntityId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The fields of one event as read so far, each valid by itself; reused from record to record. */
final class EventFields implements PlainJson.Fields {

    private static final long UNKNOWN_TIME = -1;

    /** Whole numbers below it are exact in a float. */
    private static final long EXACT = 1 << 24;

    private final FieldNames names;
    private final PlainJson plain;
    private final SlateItems items = new SlateItems();
    private @Nullable String type;
    private @Nullable EntityId id;
    private @Nullable EntityId user;
    private @Nullable EntityId item;
    private @Nullable EntityId request;
    private @Nullable EntityId impression;
    private String action = "";
    private int position;
    private float propensity;
    private float weight;
    private long atMs;
    private long latestMs;

    EventFields(FieldNames names) {
        this.names = names;
        plain = new PlainJson(names);
    }

    /** Reads an event of the usual form; false when it has another, or something in it is wrong. */
    boolean readPlain(byte[] json, long latestMs) {
        clear();
        this.latestMs = latestMs;
        return plain.read(json, this);
    }

    @Override
    public boolean text(Field field, byte[] json, int from, int to) {
        if (isBlank(json, from, to) || to - from > EntityId.MAX_BYTES) {
            return false;
        }
        switch (field) {
            case TYPE -> type = ascii(json, from, to);
            case ID -> id = plainId(json, from, to);
            case USER -> user = plainId(json, from, to);
            case ITEM -> item = plainId(json, from, to);
            case REQUEST -> request = plainId(json, from, to);
            case IMPRESSION -> impression = plainId(json, from, to);
            case ACTION -> action = ascii(json, from, to);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte[] json, int from, int to) {
        int at = from;
        while (at < to && json[at] == ' ') {
            at++;
        }
        return at == to;
    }

    private static String ascii(byte[] json, int from, int to) {
        return new String(json, from, to - from, StandardCharsets.US_ASCII);
    }

    private static EntityId plainId(byte[] json, int from, int to) {
        return EntityId.of(Arrays.copyOfRange(json, from, to));
    }

    @Override
    public boolean number(Field field, long value) {
        if (field == Field.AT && value <= latestMs) {
            atMs = value;
        } else if (field == Field.POSITION && value <= Integer.MAX_VALUE) {
            position = (int) value;
        } else if (field == Field.WEIGHT && value <= EXACT) {
            weight = value;
        } else {
            return false;
        }
        return true;
    }

    /** Reads one object, to the end of the document. */
    void read(JsonParser parser, long latestMs) throws IOException, Refused {
        clear();
        if (parser.nextToken() == null) {
            throw new Refused(RefusalReason.BROKEN_JSON, "value is empty, expected a JSON object");
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw FieldValues.wrongType(parser, "value", "a JSON object");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            readField(parser, names.field(parser.currentName()), latestMs);
        }
        if (parser.nextToken() != null) {
            throw new Refused(RefusalReason.BROKEN_JSON, "value goes on after its end, expected one JSON object");
        }
    }

    private void clear() {
        type = null;
        id = user = item = request = impression = null;
        action = "click";
        position = -1;
        propensity = Float.NaN;
        weight = 1;
        atMs = UNKNOWN_TIME;
        items.clear();
    }

    /** A field that says null is absent. */
    private void readField(JsonParser parser, @Nullable Field field, long latestMs) throws IOException, Refused {
        JsonToken token = parser.nextToken();
        if (field == null) {
            parser.skipChildren();
        } else if (token != JsonToken.VALUE_NULL) {
            readKnown(parser, field, names.name(field), latestMs);
        }
    }

    private void readKnown(JsonParser parser, Field field, String name, long latestMs) throws IOException, Refused {
        switch (field) {
            case TYPE -> type = FieldValues.text(parser, name);
            case ID -> id = id(parser, name);
            case USER -> user = id(parser, name);
            case ITEM -> item = id(parser, name);
            case ITEMS -> items.read(parser, name);
            case REQUEST -> request = id(parser, name);
            case POSITION -> position = FieldValues.position(parser, name);
            case PROPENSITY -> propensity = FieldValues.propensity(parser, name);
            case IMPRESSION -> impression = id(parser, name);
            case ACTION -> action = FieldValues.id(parser, name);
            case WEIGHT -> weight = FieldValues.weight(parser, name);
            case AT -> atMs = FieldValues.timeMs(parser, name, latestMs);
        }
    }

    private static EntityId id(JsonParser parser, String name) throws IOException, Refused {
        return EntityId.of(FieldValues.id(parser, name));
    }

    @Nullable
    String type() {
        return type;
    }

    @Nullable
    EntityId id() {
        return id;
    }

    EntityId user() throws Refused {
        return required(user, Field.USER);
    }

    EntityId item() throws Refused {
        return required(item, Field.ITEM);
    }

    @Nullable
    EntityId request() {
        return request;
    }

    EntityId requiredRequest() throws Refused {
        return required(request, Field.REQUEST);
    }

    @Nullable
    EntityId impression() {
        return impression;
    }

    String action() {
        return action;
    }

    int position() {
        return position;
    }

    float propensity() {
        return propensity;
    }

    float weight() {
        return weight;
    }

    boolean hasItems() {
        return items.size() > 0;
    }

    SlateItems items() throws Refused {
        if (!hasItems()) {
            throw missing(Field.ITEMS);
        }
        return items;
    }

    long atMs() throws Refused {
        if (atMs == UNKNOWN_TIME) {
            throw missing(Field.AT);
        }
        return atMs;
    }

    String name(Field field) {
        return names.name(field);
    }

    private EntityId required(@Nullable EntityId value, Field field) throws Refused {
        if (value == null) {
            throw missing(field);
        }
        return value;
    }

    private Refused missing(Field field) {
        return new Refused(RefusalReason.MISSING_FIELD, names.name(field) + " is missing");
    }
}
