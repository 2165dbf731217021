package io.millrace.source;

import io.millrace.event.EntityId;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The rows of a tab-separated file, gzip or plain, one at a time, with typed fields that know where they stand. */
final class Rows implements Closeable {

    private final Path file;
    private final BufferedReader reader;
    private final String header;
    private final String[] columns;
    private final int[] ends;
    private String row = "";
    private long line = 1;

    /** @param file what the rows are of, for errors */
    Rows(Path file, BufferedReader reader) throws IOException {
        this.file = file;
        this.reader = reader;
        String first = reader.readLine();
        if (first == null) {
            reader.close();
            throw new MalformedRow(file, 1, "the file is empty, expected a header");
        }
        header = first;
        columns = first.split("\t", -1);
        ends = new int[columns.length];
    }

    String header() {
        return header;
    }

    /** Moves to the next row; false at the end of the file. */
    boolean next() {
        @Nullable String read = readLine();
        if (read == null) {
            return false;
        }
        line++;
        row = read;
        int from = 0;
        for (int k = 0; k < ends.length; k++) {
            int tab = read.indexOf('\t', from);
            boolean last = k == ends.length - 1;
            if (last == (tab >= 0)) {
                throw malformed("expected " + ends.length + " fields, tabs between them");
            }
            ends[k] = last ? read.length() : tab;
            from = tab + 1;
        }
        return true;
    }

    private @Nullable String readLine() {
        try {
            return reader.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " after line " + line, e);
        }
    }

    MalformedRow malformed(String problem) {
        return new MalformedRow(file, line, problem);
    }

    String text(int column) {
        return row.substring(start(column), ends[column]);
    }

    boolean isEmpty(int column) {
        return start(column) == ends[column];
    }

    EntityId id(int column) {
        EntityId id = EntityId.of(text(column));
        if (id.utf8().length > EntityId.MAX_BYTES || id.text().isBlank()) {
            throw wrong(column, "1 to " + EntityId.MAX_BYTES + " bytes, not blank");
        }
        return id;
    }

    /** A whole number of at least 0. */
    long whole(int column) {
        long value = 0;
        int from = start(column);
        for (int k = from; k < ends[column]; k++) {
            int digit = row.charAt(k) - '0';
            if (digit < 0 || digit > 9 || k - from > 17) {
                throw wrong(column, "a whole number of at most 18 digits");
            }
            value = 10 * value + digit;
        }
        if (from == ends[column]) {
            throw wrong(column, "a whole number");
        }
        return value;
    }

    double number(int column) {
        try {
            return Double.parseDouble(text(column));
        } catch (NumberFormatException e) {
            throw wrong(column, "a number");
        }
    }

    MalformedRow wrong(int column, String expected) {
        return malformed(columns[column] + " = '" + text(column) + "', expected " + expected);
    }

    private int start(int column) {
        return column == 0 ? 0 : ends[column - 1] + 1;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
