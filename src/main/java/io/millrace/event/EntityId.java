package io.millrace.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The name of a user, an item, an event or a request: opaque text outside, a 64-bit hash inside.
 *
 * <p>State is keyed by the hash; the text is kept in the row, so a collision of two texts is found by comparing them
 * and is refused, never merged silently. With 10 million ids the chance of any collision is about 3e-6.
 *
 * <p>Ids come as bytes and leave as bytes, so that is how the text is kept: 1 to {@value #MAX_BYTES} bytes of UTF-8.
 */
public final class EntityId {

    /** The longest id that is accepted, in bytes of UTF-8. */
    public static final int MAX_BYTES = 256;

    private static final byte[] NO_TEXT = {};

    private final long hash;
    private final byte[] utf8;

    private EntityId(long hash, byte[] utf8) {
        this.hash = hash;
        this.utf8 = utf8;
    }

    public static EntityId of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param utf8 valid, and from now on this id's: it is not copied */
    public static EntityId of(byte[] utf8) {
        return new EntityId(Hash.text(utf8), utf8);
    }

    /** Stands for an id whose text is not at hand; equal to none that has one. */
    public static EntityId withoutText(long hash) {
        return new EntityId(hash, NO_TEXT);
    }

    /** {@link Hash#text(byte[])} of the UTF-8 bytes. */
    public long hash() {
        return hash;
    }

    /** The text, decoded anew each time. */
    public String text() {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** The text in UTF-8; not copied, so not to be changed. */
    public byte[] utf8() {
        return utf8;
    }

    /** Two ids are one when their texts are; the hash only says so faster. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EntityId id && id.hash == hash && Arrays.equals(id.utf8, utf8);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }

    @Override
    public String toString() {
        return text();
    }
}
