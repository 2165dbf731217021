package io.millrace.codec;

/**
 * A record that cannot be an event. Thrown once for each bad record of a stream, so it carries no stack trace: where it was
 * thrown says nothing that the reason does not.
 */
public final class Refused extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MAX_SHOWN = 64;
    private static final int MAX_DETAIL = 512;

    private final RefusalReason reason;

    Refused(RefusalReason reason, String detail) {
        super(printable(detail, MAX_DETAIL), null, false, false);
        this.reason = reason;
    }

    static Refused field(RefusalReason reason, String field, Object value, String expected) {
        String shown = printable(String.valueOf(value), MAX_SHOWN);
        return new Refused(reason, field + " = " + shown + ", expected " + expected);
    }

    public RefusalReason reason() {
        return reason;
    }

    /** For people: the field, what it said, and what was expected; printable, at most {@value #MAX_DETAIL} characters. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** Senders' text goes to logs and headers: no control characters, no halves of surrogate pairs, no novels. */
    private static String printable(String text, int maxLength) {
        StringBuilder safe = new StringBuilder(Math.min(text.length(), maxLength));
        for (int i = 0; i < text.length() && safe.length() < maxLength; i++) {
            char c = text.charAt(i);
            safe.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
        }
        return safe.toString();
    }
}
