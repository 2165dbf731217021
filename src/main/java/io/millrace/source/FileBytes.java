package io.millrace.source;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A text file, gzip or plain as its first two bytes say, that knows how much of it has been read. */
public final class FileBytes {

    private static final int BUFFER_BYTES = 1 << 16;

    private final long size;
    private final BufferedReader reader;
    private volatile long read;

    public FileBytes(Path file) throws IOException {
        size = Files.size(file);
        InputStream bytes = new BufferedInputStream(new Counting(Files.newInputStream(file)), BUFFER_BYTES);
        bytes.mark(2);
        boolean gzip = bytes.read() == 0x1f && bytes.read() == 0x8b;
        bytes.reset();
        InputStream plain = gzip ? new GZIPInputStream(bytes, BUFFER_BYTES) : bytes;
        reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8), BUFFER_BYTES);
    }

    /** Its text; closing it closes the file. */
    public BufferedReader reader() {
        return reader;
    }

    /** How much of the file has been read, 0 to 1. */
    public double share() {
        return size == 0 ? 1 : (double) read / size;
    }

    private final class Counting extends FilterInputStream {

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            count(count);
            return count;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads, others look
        private void count(int bytes) {
            read += Math.max(0, bytes);
        }
    }
}
