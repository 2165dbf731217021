package io.millrace.query;

/** State that exists but cannot be read now; the client is told why and to try again. */
public final class Unavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param reason what is going on, as in {@code partition 3 is being restored} */
    public Unavailable(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
