package io.millrace.codec;

import io.millrace.codec.FieldNames.Field;

/**
 * Reads the usual form of an event, for less than a parser of all JSON takes to start: one flat object of known fields, whose
 * values are ASCII text without escapes or whole numbers. Anything else, valid or not, is left to that parser, so nothing is
 * refused here. Not thread-safe.
 */
final class PlainJson {

    /** Takes each field; false when the value is not of the usual form. Text is {@code json[from..to)}, ASCII. */
    interface Fields {
        boolean text(Field field, byte[] json, int from, int to);

        boolean number(Field field, long value);
    }

    /** All numbers of so many digits are exact in a long. */
    private static final int MOST_DIGITS = 15;

    private final FieldNames names;
    private byte[] json = {};
    private int at;

    PlainJson(FieldNames names) {
        this.names = names;
    }

    /** True when the document was read to its end; false when it must be read again by another. */
    boolean read(byte[] document, Fields into) {
        json = document;
        at = 0;
        if (!skip('{')) {
            return false;
        }
        do {
            if (!readField(into)) {
                return false;
            }
        } while (skip(','));
        return skip('}') && isEnd();
    }

    private boolean readField(Fields into) {
        if (!skip('"')) {
            return false;
        }
        int nameAt = at;
        Field field = skipText() ? names.field(json, nameAt, at - 1) : null;
        if (field == null || !skip(':')) {
            return false;
        }
        if (!skip('"')) {
            return readNumber(field, into);
        }
        int textAt = at;
        return skipText() && into.text(field, json, textAt, at - 1);
    }

    private boolean readNumber(Field field, Fields into) {
        int from = at;
        long value = 0;
        while (at < json.length && json[at] >= '0' && json[at] <= '9' && at - from < MOST_DIGITS) {
            value = 10 * value + json[at++] - '0';
        }
        boolean isUsual = at - from == 1 || at > from && json[from] != '0';
        return isUsual && into.number(field, value);
    }

    /** Passes white space, then the character if it comes next. */
    private boolean skip(char next) {
        skipSpace();
        if (at == json.length || json[at] != next) {
            return false;
        }
        at++;
        return true;
    }

    private void skipSpace() {
        while (at < json.length && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
    }

    private boolean isEnd() {
        skipSpace();
        return at == json.length;
    }

    /** Passes text and the quote after it; false at an escape, a control character or a byte that is not ASCII. */
    private boolean skipText() {
        while (at < json.length) {
            byte next = json[at++];
            if (next == '"') {
                return true;
            }
            if (next < ' ' || next == '\\') {
                return false;
            }
        }
        return false;
    }
}
