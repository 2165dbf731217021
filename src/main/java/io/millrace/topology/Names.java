package io.millrace.topology;

/** Names of nodes and stores. They are part of what is stored: changelog topics are named after them. */
public final class Names {

    static final String EVENTS = "events";
    static final String LEARN = "learn";
    static final String EXAMPLES = "examples";
    static final String METRICS = "metrics";
    static final String DEAD_LETTERS = "dead-letters";
    static final String SEND_UPDATES = "send-updates";
    static final String RECEIVE_UPDATES = "receive-updates";
    static final String OWN_ITEMS = "own-items";

    public static final String USERS = "users";
    public static final String PENDING = "pending";
    public static final String SEEN = "seen";
    public static final String LEARNER_NOTES = "learner-notes";
    public static final String RANKING = "ranking";
    public static final String ITEM_ROWS = "item-rows";

    private Names() {}
}
