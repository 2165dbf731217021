package io.millrace.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.codec.FieldNames.Field;
import io.millrace.event.EntityId;
import java.io.IOException;
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
    private @Nullable String id;
    private @Nullable String user;
    private @Nullable String item;
    private @Nullable String request;
    private @Nullable String impression;
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
    public boolean text(Field field, String value) {
        if (value.isBlank() || value.length() > EntityId.MAX_BYTES) {
            return false;
        }
        switch (field) {
            case TYPE -> type = value;
            case ID -> id = value;
            case USER -> user = value;
            case ITEM -> item = value;
            case REQUEST -> request = value;
            case IMPRESSION -> impression = value;
            case ACTION -> action = value;
            default -> {
                return false;
            }
        }
        return true;
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
        type = id = user = item = request = impression = null;
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
            case ID -> id = FieldValues.id(parser, name);
            case USER -> user = FieldValues.id(parser, name);
            case ITEM -> item = FieldValues.id(parser, name);
            case ITEMS -> items.read(parser, name);
            case REQUEST -> request = FieldValues.id(parser, name);
            case POSITION -> position = FieldValues.position(parser, name);
            case PROPENSITY -> propensity = FieldValues.propensity(parser, name);
            case IMPRESSION -> impression = FieldValues.id(parser, name);
            case ACTION -> action = FieldValues.id(parser, name);
            case WEIGHT -> weight = FieldValues.weight(parser, name);
            case AT -> atMs = FieldValues.timeMs(parser, name, latestMs);
        }
    }

    @Nullable
    String type() {
        return type;
    }

    @Nullable
    String id() {
        return id;
    }

    String user() throws Refused {
        return required(user, Field.USER);
    }

    String item() throws Refused {
        return required(item, Field.ITEM);
    }

    @Nullable
    String request() {
        return request;
    }

    String requiredRequest() throws Refused {
        return required(request, Field.REQUEST);
    }

    @Nullable
    String impression() {
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

    private String required(@Nullable String value, Field field) throws Refused {
        if (value == null) {
            throw missing(field);
        }
        return value;
    }

    private Refused missing(Field field) {
        return new Refused(RefusalReason.MISSING_FIELD, names.name(field) + " is missing");
    }
}
