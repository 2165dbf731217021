package io.millrace.codec;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The headers of a dead letter, all UTF-8 text: why a record was refused and where it came from. Key and value of a dead
 * letter are those of the refused record, byte for byte.
 */
public final class DeadLetters {

    /** {@link RefusalReason#code()}. */
    public static final String REASON = "millrace.reason";

    /** For people. */
    public static final String DETAIL = "millrace.detail";

    public static final String TOPIC = "millrace.topic";
    public static final String PARTITION = "millrace.partition";
    public static final String OFFSET = "millrace.offset";

    /** Timestamp of the refused record, epoch milliseconds; when it was refused is the timestamp of the dead letter. */
    public static final String AT = "millrace.at";

    private DeadLetters() {}

    /**
     * Header values by name, in a fixed order.
     *
     * @param atMs timestamp of the refused record
     */
    public static Map<String, byte[]> headers(Refused refused, RecordOrigin origin, long atMs) {
        return headers(refused.reason().code(), refused.detail(), origin, atMs);
    }

    /** For refusals that are not the codec's, under a reason of the caller's. */
    public static Map<String, byte[]> headers(String reason, String detail, RecordOrigin origin, long atMs) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        headers.put(REASON, utf8(reason));
        headers.put(DETAIL, utf8(detail));
        headers.put(TOPIC, utf8(origin.topic()));
        headers.put(PARTITION, utf8(Integer.toString(origin.partition())));
        headers.put(OFFSET, utf8(Long.toString(origin.offset())));
        headers.put(AT, utf8(Long.toString(atMs)));
        return headers;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
