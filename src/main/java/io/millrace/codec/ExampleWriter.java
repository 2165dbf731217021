package io.millrace.codec;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes records of the {@code examples} ledger: {@link #begin}, at most one {@link #shown}, any number of
 * {@link #negative}, {@link #finish}. Equal arguments give equal bytes. Reuses its buffer, so it is not thread-safe.
 */
public final class ExampleWriter {

    private static final byte[] ID = ascii("{\"v\":1,\"id\":");
    private static final byte[] KIND = ascii(",\"kind\":");
    private static final byte[] USER = ascii(",\"user\":");
    private static final byte[] ITEM = ascii(",\"item\":");
    private static final byte[] ACTION = ascii(",\"action\":");
    private static final byte[] WEIGHT = ascii(",\"weight\":");
    private static final byte[] AT = ascii(",\"at\":");
    private static final byte[] PARTITION = ascii(",\"partition\":");
    private static final byte[] SEQUENCE = ascii(",\"sequence\":");
    private static final byte[] IMPRESSION = ascii(",\"impression\":");
    private static final byte[] IMPRESSION_AT = ascii(",\"impressionAt\":");
    private static final byte[] REQUEST = ascii(",\"request\":");
    private static final byte[] POSITION = ascii(",\"position\":");
    private static final byte[] PROPENSITY = ascii(",\"propensity\":");
    private static final byte[] NEGATIVES = ascii(",\"negatives\":[");
    private static final byte[] FIRST_ITEM = ascii("{\"item\":");
    private static final byte[] NEXT_ITEM = ascii(",{\"item\":");
    private static final byte[] SAMPLER = ascii(",\"sampler\":");
    private static final byte[] LOG_Q = ascii(",\"logQ\":");
    private static final byte[] SHORTFALL = ascii("],\"shortfall\":");
    private static final byte[] LATE = ascii(",\"late\":true");

    private final JsonBytes json = new JsonBytes();

    /** What stands between an item and its logarithm, by sampler: there are few of these and many negatives. */
    private final Map<String, byte[]> samplers = new HashMap<>();

    private int negatives;

    /**
     * Starts a record.
     *
     * @param id of the event that caused the example; a correction has that of the example it corrects
     * @param action what the user did; null when nothing
     * @param weight of the example; finite
     * @param atMs event time of the answer, epoch milliseconds
     * @param partition of the learner
     * @param sequence number of this example among those of its partition
     */
    public ExampleWriter begin(
            ExampleKind kind,
            String id,
            String user,
            String item,
            @Nullable String action,
            float weight,
            long atMs,
            int partition,
            long sequence) {
        json.clear();
        negatives = 0;
        text(ID, id);
        text(KIND, kind.code());
        text(USER, user);
        text(ITEM, item);
        optional(ACTION, action);
        json.raw(WEIGHT);
        json.number(weight);
        number(AT, atMs);
        number(PARTITION, partition);
        number(SEQUENCE, sequence);
        return this;
    }

    /**
     * The impression that the example is about.
     *
     * @param request null when the item was shown alone
     * @param position -1 when not logged
     * @param propensity NaN when not logged
     * @param atMs event time of the impression, epoch milliseconds
     */
    public ExampleWriter shown(String impression, @Nullable String request, int position, float propensity, long atMs) {
        text(IMPRESSION, impression);
        number(IMPRESSION_AT, atMs);
        optional(REQUEST, request);
        if (position >= 0) {
            number(POSITION, position);
        }
        if (!Float.isNaN(propensity)) {
            json.raw(PROPENSITY);
            json.number(propensity);
        }
        return this;
    }

    /**
     * One negative of the example.
     *
     * @param sampler that drew it, by its configuration name
     * @param logQ natural log of the probability of this item in one draw; NaN when the sampler cannot say
     * @param weight finite
     */
    public ExampleWriter negative(String item, String sampler, double logQ, float weight) {
        if (negatives == 0) {
            json.raw(NEGATIVES);
        }
        text(negatives == 0 ? FIRST_ITEM : NEXT_ITEM, item);
        json.raw(samplers.computeIfAbsent(sampler, ExampleWriter::drawnBy));
        json.number(logQ);
        json.raw(WEIGHT);
        json.number(weight);
        json.raw('}');
        negatives++;
        return this;
    }

    private static byte[] drawnBy(String sampler) {
        JsonBytes part = new JsonBytes();
        part.raw(SAMPLER);
        part.text(sampler);
        part.raw(LOG_Q);
        return part.copy();
    }

    /**
     * Ends the record.
     *
     * @param shortfall negatives asked for and not found
     * @param late whether the answer came after its impression had been decided
     * @return the value of the ledger record, the caller's to keep
     */
    public byte[] finish(int shortfall, boolean late) {
        if (negatives == 0) {
            json.raw(NEGATIVES);
        }
        number(SHORTFALL, shortfall);
        if (late) {
            json.raw(LATE);
        }
        json.raw('}');
        return json.copy();
    }

    private void text(byte[] name, String value) {
        json.raw(name);
        json.text(value);
    }

    private void optional(byte[] name, @Nullable String value) {
        if (value != null) {
            text(name, value);
        }
    }

    private void number(byte[] name, long value) {
        json.raw(name);
        json.number(value);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
