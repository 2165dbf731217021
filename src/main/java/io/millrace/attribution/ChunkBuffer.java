package io.millrace.attribution;

import io.millrace.event.EntityId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one chunk, on their way out or in: a version byte, the length of the rest as an int, the rest. Numbers
 * are variable-length (seven bits a byte, low first, so that small ones are short), texts are UTF-8 after their length.
 */
final class ChunkBuffer {

    /** In place of an id's length: there is none, or it is the one before. Lengths follow. */
    private static final int NULL = 0;

    private static final int SAME = 1;

    private byte[] bytes = new byte[256];
    private int position;
    private int limit;

    void clear() {
        position = 0;
    }

    void writeTo(DataOutput out, int version) throws IOException {
        out.writeByte(version);
        out.writeInt(position);
        out.write(bytes, 0, position);
    }

    void readFrom(DataInput in, int version, String what) throws IOException {
        int found = in.readUnsignedByte();
        if (found != version) {
            throw new IOException(what + " has version " + found + ", expected " + version);
        }
        limit = in.readInt();
        bytes = new byte[Math.max(limit, 256)];
        in.readFully(bytes, 0, limit);
        position = 0;
    }

    void putByte(int value) {
        room(1);
        bytes[position++] = (byte) value;
    }

    void putLong(long value) {
        room(8);
        for (int k = 0; k < 8; k++) {
            bytes[position++] = (byte) (value >>> (8 * k));
        }
    }

    void putNumber(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[position++] = (byte) rest;
    }

    /** A number that may be negative: the sign goes to the lowest bit. */
    void putSigned(long value) {
        putNumber((value << 1) ^ (value >> 63));
    }

    void putFloat(float value) {
        putNumber(Integer.toUnsignedLong(Integer.reverseBytes(Float.floatToIntBits(value))));
    }

    void putText(String text) {
        putUtf8(text.getBytes(StandardCharsets.UTF_8), 0);
    }

    void putId(@Nullable EntityId id, @Nullable EntityId previous) {
        if (id == null) {
            putByte(NULL);
        } else if (id.equals(previous)) {
            putByte(SAME);
        } else {
            putUtf8(id.utf8(), SAME + 1);
        }
    }

    int getByte() throws IOException {
        need(1);
        return bytes[position++] & 0xFF;
    }

    long getLong() throws IOException {
        need(8);
        long value = 0;
        for (int k = 0; k < 8; k++) {
            value |= (bytes[position++] & 0xFFL) << (8 * k);
        }
        return value;
    }

    long getNumber() throws IOException {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int next = getByte();
            value |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                return value;
            }
        }
    }

    long getSigned() throws IOException {
        long value = getNumber();
        return (value >>> 1) ^ -(value & 1);
    }

    float getFloat() throws IOException {
        return Float.intBitsToFloat(Integer.reverseBytes((int) getNumber()));
    }

    String getText() throws IOException {
        int length = (int) getNumber();
        need(length);
        position += length;
        return new String(bytes, position - length, length, StandardCharsets.UTF_8);
    }

    @Nullable
    EntityId getId(@Nullable EntityId previous) throws IOException {
        int code = (int) getNumber();
        if (code == NULL || code == SAME) {
            return code == NULL ? null : previous;
        }
        int length = code - SAME - 1;
        need(length);
        byte[] utf8 = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return EntityId.of(utf8);
    }

    EntityId getKnownId(@Nullable EntityId previous) throws IOException {
        EntityId id = getId(previous);
        if (id == null) {
            throw new IOException("chunk lacks an id at byte " + position);
        }
        return id;
    }

    private void putUtf8(byte[] utf8, int added) {
        putNumber(utf8.length + added);
        room(utf8.length);
        System.arraycopy(utf8, 0, bytes, position, utf8.length);
        position += utf8.length;
    }

    private void room(int count) {
        if (position + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(position + count, bytes.length * 2));
        }
    }

    private void need(int count) throws IOException {
        if (count < 0 || count > limit - position) {
            throw new IOException("chunk of " + limit + " bytes ends inside a value at byte " + position);
        }
    }
}
