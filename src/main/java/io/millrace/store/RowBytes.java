package io.millrace.store;

import io.millrace.event.EntityId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * What every row format shares: a version byte first, little-endian numbers, a CRC-32C of all before it last. The buffer
 * is the caller's scratch and grows.
 */
final class RowBytes {

    private ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C checksum = new CRC32C();

    /** An empty buffer with room for a row. */
    ByteBuffer start(int bytes) {
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(bytes * 2).order(ByteOrder.LITTLE_ENDIAN);
        }
        return buffer.clear();
    }

    /** The bytes written since {@link #start}, checksum added. */
    byte[] finish() {
        buffer.putInt(crc(buffer.array(), buffer.position()));
        byte[] row = new byte[buffer.position()];
        System.arraycopy(buffer.array(), 0, row, 0, row.length);
        return row;
    }

    /** A row to read from, past its version byte. */
    ByteBuffer open(byte[] row, byte version, String what) {
        if (row.length < 5 || row[0] != version) {
            throw new UnreadableRow(what + " has version " + (row.length == 0 ? "none" : row[0]) + ", expected "
                    + version + "; it was written by another release: see the upgrade notes, or reset");
        }
        ByteBuffer in = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt(row.length - 4) != crc(row, row.length - 4)) {
            throw new UnreadableRow(what + " of " + row.length + " bytes fails its checksum; the store is damaged:"
                    + " delete this instance's state directory and it is restored from the changelog");
        }
        return in.position(1);
    }

    private int crc(byte[] bytes, int length) {
        checksum.reset();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }

    static void putFloats(ByteBuffer out, float[] from, int at, int count) {
        out.asFloatBuffer().put(from, at, count);
        out.position(out.position() + 4 * count);
    }

    static void getFloats(ByteBuffer in, float[] into, int at, int count) {
        in.asFloatBuffer().get(into, at, count);
        in.position(in.position() + 4 * count);
    }

    static void putId(ByteBuffer out, EntityId id) {
        out.putShort((short) id.utf8().length).put(id.utf8());
    }

    static EntityId getId(ByteBuffer in) {
        byte[] utf8 = new byte[in.getShort()];
        in.get(utf8);
        return EntityId.of(utf8);
    }

    static void requireShape(String what, String shape, int have, int want, String key) {
        if (have != want) {
            throw new UnreadableRow(what + " has " + have + " " + shape + ", expected " + want + "; was " + key
                    + " changed? Put it back, or start under a new application-id");
        }
    }
}
