package io.millrace.pipeline;

import io.millrace.event.EntityId;
import io.millrace.event.Hash;
import io.millrace.event.Impression;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was learned, or would have been: the row of the ledger. One object per partition, refilled per example,
 * so a reader takes what it needs before it returns.
 */
public final class Example {

    /** Why an example exists. The ordinal is part of digests; new kinds go last. */
    public enum Kind {
        /** A click, with its sampled negatives. */
        POSITIVE,
        /** An impression that stayed unclicked. */
        EXPOSED_NEGATIVE,
        /** A click that came after its impression had been taken for a negative; carries the impression's id. */
        CORRECTION,
        /** An explicit no. */
        DISLIKE
    }

    private static final EntityId NOBODY = EntityId.of("");

    Kind kind = Kind.POSITIVE;
    EntityId id = NOBODY;
    EntityId user = NOBODY;
    EntityId item = NOBODY;
    String action = "";
    float weight;
    float retracted;
    long atMs;

    @Nullable
    Impression impression;

    long sequence;
    int requested;
    boolean stepped;

    public Kind kind() {
        return kind;
    }

    /** The event this example came from; for a {@link Kind#CORRECTION} the impression. */
    public EntityId id() {
        return id;
    }

    public EntityId user() {
        return user;
    }

    public EntityId item() {
        return item;
    }

    /** What the user did; empty for an exposed negative. */
    public String action() {
        return action;
    }

    /** Weight of the step; 0 means observed but not learned from. */
    public float weight() {
        return weight;
    }

    /** Weight of the earlier negative that this correction took back by a positive step of its own; 0 for none. */
    public float retracted() {
        return retracted;
    }

    /** Event time of the answer, or of the impression when there was none; epoch milliseconds. */
    public long atMs() {
        return atMs;
    }

    /** The impression that was answered or left unclicked, where there was one. */
    public @Nullable Impression impression() {
        return impression;
    }

    /** Grows by one per example of a partition. */
    public long sequence() {
        return sequence;
    }

    /** Negatives asked for; fewer may have come. */
    public int requested() {
        return requested;
    }

    /** True when rows were moved; each row moved then carries {@link #digest} once. */
    public boolean stepped() {
        return stepped;
    }

    /** What the step of an example folds into every row it moves. */
    public static long digest(long id, Kind kind) {
        return Hash.pair(id, kind.ordinal());
    }

    /** What the step that takes a negative back folds into the user's and the item's row. */
    public static long retractionDigest(long id) {
        return Hash.pair(id, -1);
    }
}
