package io.millrace.codec;

import java.util.Locale;

/** Why a record is refused, for machines: a header of the dead letter and a label of the counter. */
public enum RefusalReason {
    /** The record has no value. */
    NULL_VALUE,
    /** The document, or a name, text or number in it, is longer than is read. */
    TOO_LARGE,
    /** Not one whole JSON document. */
    BROKEN_JSON,
    /** Nested deeper than is read. */
    TOO_DEEP,
    /** A value is of another JSON type than its field. */
    WRONG_TYPE,
    /** A field that must be there is not. */
    MISSING_FIELD,
    /** An id is blank, too long, or not Unicode text. */
    BAD_ID,
    /** A weight is negative or not finite. */
    BAD_WEIGHT,
    /** A propensity is not in (0, 1]. */
    BAD_PROPENSITY,
    /** A position is negative or not a 32-bit number. */
    BAD_POSITION,
    /** A time is negative or cannot be read. */
    BAD_TIME,
    /** A time is later than now and some tolerance. */
    FUTURE_TIME,
    /** The event's type is none of its topic's. */
    UNKNOWN_TYPE,
    /** The record key is not the event's user. */
    KEY_MISMATCH,
    /** A slate shows nothing. */
    EMPTY_SLATE,
    /** A slate shows more than {@value SlateItems#MAX_ITEMS} items. */
    LARGE_SLATE,
    /** Two ids share a 64-bit hash; the one that came second is refused. */
    HASH_COLLISION,
    /** The item is new and the catalog holds as many as it may. */
    CATALOG_FULL;

    private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** For example {@code bad-id}. */
    public String code() {
        return code;
    }
}
