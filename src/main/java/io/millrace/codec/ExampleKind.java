package io.millrace.codec;

import java.util.Locale;

/** What an example of the ledger is. */
public enum ExampleKind {
    /** An answer that says yes. */
    POSITIVE,
    /** An impression that went unanswered. */
    EXPOSED_NEGATIVE,
    /** A late yes, which takes back the exposed negative of the same id. */
    CORRECTION,
    /** An answer that says no. */
    DISLIKE;

    private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** For example {@code exposed-negative}. */
    public String code() {
        return code;
    }

    static ExampleKind of(String code) {
        for (ExampleKind kind : values()) {
            if (kind.code.equals(code)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("kind = " + code + ", expected one of the ledger's");
    }
}
