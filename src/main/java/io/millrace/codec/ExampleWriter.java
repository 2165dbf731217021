package io.millrace.codec;

import io.millrace.event.EntityId;
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

    /** About what a negative takes beside its id. */
    private static final int NEGATIVE_BYTES = 96;

    private final JsonBytes json = new JsonBytes();

    /** What stands between an item and its logarithm, by sampler: there are few of these and many negatives. */
    private final Map<String, byte[]> samplers = new HashMap<>();

    private String lastSampler = "";
    private byte[] drawnByLast = {};
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
            EntityId id,
            EntityId user,
            EntityId item,
            @Nullable String action,
            float weight,
            long atMs,
            int partition,
            long sequence) {
        json.clear();
        negatives = 0;
        id(ID, id);
        json.raw(KIND);
        json.text(kind.code());
        id(USER, user);
        id(ITEM, item);
        if (action != null) {
            json.raw(ACTION);
            json.text(action);
        }
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
    public ExampleWriter shown(
            EntityId impression, @Nullable EntityId request, int position, float propensity, long atMs) {
        id(IMPRESSION, impression);
        number(IMPRESSION_AT, atMs);
        if (request != null) {
            id(REQUEST, request);
        }
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
     * Makes room for negatives at once, so that the buffer does not grow between them. Without, the record is the same.
     *
     * @param idBytes length of all their ids together, in UTF-8
     */
    void reserveNegatives(int count, int idBytes) {
        json.reserve(count * NEGATIVE_BYTES + 6 * idBytes);
    }

    /**
     * One negative of the example.
     *
     * @param sampler that drew it, by its configuration name
     * @param logQ natural log of the probability of this item in one draw; NaN when the sampler cannot say
     * @param weight finite
     */
    public ExampleWriter negative(EntityId item, String sampler, double logQ, float weight) {
        if (negatives == 0) {
            json.raw(NEGATIVES);
        }
        id(negatives == 0 ? FIRST_ITEM : NEXT_ITEM, item);
        if (!sampler.equals(lastSampler)) {
            lastSampler = sampler;
            drawnByLast = samplers.computeIfAbsent(sampler, ExampleWriter::drawnBy);
        }
        json.raw(drawnByLast);
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

    private void id(byte[] name, EntityId id) {
        json.raw(name);
        json.text(id);
    }

    private void number(byte[] name, long value) {
        json.raw(name);
        json.number(value);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
