package io.millrace.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The items of one slate as read so far; reused from record to record. */
final class SlateItems {

    static final int MAX_ITEMS = 1000;

    /**
     * One place of a slate.
     *
     * @param id of the impression; null when the sender gave none
     * @param propensity NaN when not logged
     */
    record Place(String item, @Nullable String id, int position, float propensity) {}

    private final List<Place> places = new ArrayList<>();

    void clear() {
        places.clear();
    }

    int size() {
        return places.size();
    }

    Place place(int index) {
        return places.get(index);
    }

    /** Reads the array the parser stands on; a field given twice is what it was given last. */
    void read(JsonParser parser, String field) throws IOException, Refused {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw FieldValues.wrongType(parser, field, "an array");
        }
        places.clear();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (places.size() == MAX_ITEMS) {
                throw Refused.field(RefusalReason.LARGE_SLATE, field, "more", "at most " + MAX_ITEMS + " items");
            }
            places.add(place(parser, field));
        }
        if (places.isEmpty()) {
            throw Refused.field(RefusalReason.EMPTY_SLATE, field, "[]", "at least 1 item");
        }
    }

    private Place place(JsonParser parser, String field) throws IOException, Refused {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            return described(parser, field);
        }
        return new Place(FieldValues.id(parser, field), null, places.size(), Float.NaN);
    }

    private Place described(JsonParser parser, String field) throws IOException, Refused {
        String item = null;
        String id = null;
        int position = places.size();
        float propensity = Float.NaN;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (name) {
                case "item" -> item = FieldValues.id(parser, field + ".item");
                case "id" -> id = FieldValues.id(parser, field + ".id");
                case "position" -> position = FieldValues.position(parser, field + ".position");
                case "propensity" -> propensity = FieldValues.propensity(parser, field + ".propensity");
                default -> parser.skipChildren();
            }
        }
        if (item == null) {
            throw new Refused(RefusalReason.MISSING_FIELD, field + ".item is missing");
        }
        return new Place(item, id, position, propensity);
    }
}
