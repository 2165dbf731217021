package io.millrace.source;

import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Ratings of MovieLens: user, item, rating, seconds since the epoch. {@code u.data} has tabs, {@code ratings.dat} double
 * colons, {@code ratings.csv} commas and a header.
 */
record MovieLens(String separator) implements RawForm {

    private static final String CSV_HEADER = "userId,movieId,rating,timestamp";

    @Override
    public boolean recognises(String firstLine) {
        return hasHeader()
                ? firstLine.equals(CSV_HEADER)
                : firstLine.matches("\\d+" + separator + "\\d+" + separator + "[0-9.]+" + separator + "\\d+");
    }

    @Override
    public boolean hasHeader() {
        return separator.equals(",");
    }

    @Override
    public String header() {
        return NormalForm.CLICKS;
    }

    @Override
    public void read(String line, String columns, Consumer<Row> into) {
        String[] fields = line.split(Pattern.quote(separator), -1);
        if (fields.length != 4) {
            throw new IllegalArgumentException("expected user, item, rating and time");
        }
        long atMs = Long.parseLong(fields[3]) * 1000;
        into.accept(new Row(atMs, atMs + "\t" + fields[0] + "\t" + fields[1] + "\t" + fields[2]));
    }
}
