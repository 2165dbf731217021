package io.millrace.event;

import java.nio.charset.StandardCharsets;

/**
 * The name of a user, an item, an event or a request: opaque text outside, a 64-bit hash inside.
 *
 * <p>State is keyed by the hash; the text is kept in the row, so a collision of two texts is found by comparing them
 * and is refused, never merged silently. With 10 million ids the chance of any collision is about 3e-6.
 *
 * @param hash {@link Hash#text(byte[])} of the UTF-8 bytes
 * @param text 1 to {@value #MAX_BYTES} bytes of UTF-8
 */
public record EntityId(long hash, String text) {

    /** The longest id that is accepted, in bytes of UTF-8. */
    public static final int MAX_BYTES = 256;

    public static EntityId of(String text) {
        return new EntityId(Hash.text(text.getBytes(StandardCharsets.UTF_8)), text);
    }

    /** Two ids are one when their texts are; the hash only says so faster. */
    @Override
    public boolean equals(Object other) {
        return other instanceof EntityId id && id.hash == hash && id.text.equals(text);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }

    @Override
    public String toString() {
        return text;
    }
}
