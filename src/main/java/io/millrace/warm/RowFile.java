package io.millrace.warm;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The records of one store in a file, big-endian:
 *
 * <pre>
 *   each record   length 4 | key | length 4 | value
 *   the end       -1, 4 bytes | number of records 8
 * </pre>
 */
final class RowFile {

    /** Takes one record. */
    interface Rows {
        void put(byte[] key, byte[] value) throws IOException;
    }

    private static final int END = -1;
    private static final int BUFFER = 1 << 16;

    private RowFile() {}

    /** Writes a file; what is not closed has no end, and is not read. */
    static final class Writer implements Rows, Closeable {

        private final DataOutputStream out;
        private long count;

        Writer(Path file) throws IOException {
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER));
        }

        @Override
        public void put(byte[] key, byte[] value) throws IOException {
            out.writeInt(key.length);
            out.write(key);
            out.writeInt(value.length);
            out.write(value);
            count++;
        }

        @Override
        public void close() throws IOException {
            out.writeInt(END);
            out.writeLong(count);
            out.close();
        }
    }

    /** Gives out every record and returns how many there were. */
    static long read(Path file, Rows into) throws IOException {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER))) {
            long count = 0;
            for (int length = in.readInt(); length != END; length = in.readInt()) {
                byte[] key = in.readNBytes(length);
                into.put(key, in.readNBytes(in.readInt()));
                count++;
            }
            if (in.readLong() != count) {
                throw new IOException(file + " does not hold the records that it says");
            }
            return count;
        } catch (EOFException e) {
            throw new IOException(file + " ends early: it was not written whole", e);
        }
    }
}
