package io.millrace.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.event.EntityId;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/** Reads the value a parser stands on, as what it must be, or refuses it. */
final class FieldValues {

    private FieldValues() {}

    static String text(JsonParser parser, String field) throws IOException, Refused {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrongType(parser, field, "a string");
        }
        return parser.getText();
    }

    /** An opaque id of 1 to {@value EntityId#MAX_BYTES} bytes. */
    static String id(JsonParser parser, String field) throws IOException, Refused {
        return checkedId(text(parser, field), field);
    }

    static String checkedId(String id, String field) throws Refused {
        if (id.isBlank()) {
            throw Refused.field(RefusalReason.BAD_ID, field, "\"" + id + "\"", "text that is not blank");
        }
        int bytes = utf8Bytes(id);
        if (bytes < 0) {
            throw Refused.field(RefusalReason.BAD_ID, field, id, "Unicode text, without half a surrogate pair");
        }
        if (bytes > EntityId.MAX_BYTES) {
            String expected = "1 to " + EntityId.MAX_BYTES + " bytes, not " + bytes;
            throw Refused.field(RefusalReason.BAD_ID, field, id, expected);
        }
        return id;
    }

    /** Length in UTF-8; -1 when the text has half a surrogate pair, which has no UTF-8. */
    private static int utf8Bytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                return -1;
            }
        }
        return bytes;
    }

    static float weight(JsonParser parser, String field) throws IOException, Refused {
        float weight = number(parser, field);
        if (!(weight >= 0) || Float.isInfinite(weight)) {
            throw Refused.field(RefusalReason.BAD_WEIGHT, field, parser.getText(), "a finite number, at least 0");
        }
        return weight;
    }

    static float propensity(JsonParser parser, String field) throws IOException, Refused {
        float propensity = number(parser, field);
        if (!(propensity > 0 && propensity <= 1)) {
            throw Refused.field(RefusalReason.BAD_PROPENSITY, field, parser.getText(), "above 0 and at most 1");
        }
        return propensity;
    }

    private static float number(JsonParser parser, String field) throws IOException, Refused {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
            throw wrongType(parser, field, "a number");
        }
        return parser.getFloatValue();
    }

    static int position(JsonParser parser, String field) throws IOException, Refused {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrongType(parser, field, "a whole number");
        }
        if (parser.getNumberType() != JsonParser.NumberType.INT || parser.getIntValue() < 0) {
            throw Refused.field(RefusalReason.BAD_POSITION, field, parser.getText(), "0 to " + Integer.MAX_VALUE);
        }
        return parser.getIntValue();
    }

    /** Epoch milliseconds, from a whole number or from ISO-8601 text with an offset. */
    static long timeMs(JsonParser parser, String field, long latestMs) throws IOException, Refused {
        long atMs = switch (parser.currentToken()) {
            case VALUE_NUMBER_INT -> epochMs(parser, field);
            case VALUE_STRING -> isoMs(parser.getText(), field);
            default -> throw wrongType(parser, field, "epoch milliseconds or ISO-8601 text");
        };
        if (atMs < 0) {
            throw Refused.field(RefusalReason.BAD_TIME, field, atMs, "a time since 1970");
        }
        if (atMs > latestMs) {
            throw Refused.field(RefusalReason.FUTURE_TIME, field, atMs, "at most " + latestMs);
        }
        return atMs;
    }

    private static long epochMs(JsonParser parser, String field) throws IOException, Refused {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw Refused.field(RefusalReason.BAD_TIME, field, parser.getText(), "epoch milliseconds");
        }
        return parser.getLongValue();
    }

    private static long isoMs(String text, String field) throws Refused {
        try {
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw Refused.field(
                    RefusalReason.BAD_TIME, field, text, "ISO-8601 with an offset, as in 2026-01-31T12:00:00Z");
        }
    }

    static Refused wrongType(JsonParser parser, String field, String expected) {
        String found = switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            default -> "null";
        };
        return Refused.field(RefusalReason.WRONG_TYPE, field, found, expected);
    }
}
