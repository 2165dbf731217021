package io.millrace.store;

/** Bytes of a row that this configuration or this version cannot use; the message says what would help. */
public final class UnreadableRow extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    UnreadableRow(String message) {
        super(message);
    }
}
