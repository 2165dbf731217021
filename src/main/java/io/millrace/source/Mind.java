package io.millrace.source;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * {@code behaviors.tsv} of MIND: request, user, time, what the user had clicked before, and the items shown, each with
 * {@code -1} when it was clicked and {@code -0} when not. The zone is not stated and read as UTC; the order of the items
 * was shuffled by the publisher, so it is no position. Earlier clicks have no times and are passed over.
 */
record Mind() implements RawForm {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("M/d/yyyy h:mm:ss a", Locale.US);

    @Override
    public boolean recognises(String firstLine) {
        String[] fields = firstLine.split("\t", -1);
        return fields.length == 5 && fields[4].matches("\\S+-[01]( \\S+-[01])*");
    }

    @Override
    public boolean hasHeader() {
        return false;
    }

    @Override
    public String header() {
        return NormalForm.IMPRESSIONS;
    }

    @Override
    public void read(String line, String columns, Consumer<Row> into) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 5) {
            throw new IllegalArgumentException("expected request, user, time, history and items shown");
        }
        long atMs = time(fields[2]);
        for (String shown : fields[4].split(" ", -1)) {
            int dash = shown.lastIndexOf('-');
            if (dash < 1 || !shown.substring(dash).matches("-[01]")) {
                throw new IllegalArgumentException("expected items with -0 or -1, found '" + shown + "'");
            }
            boolean clicked = shown.endsWith("1");
            into.accept(RawForm.impression(atMs, fields[0], fields[1], shown.substring(0, dash), "", clicked, ""));
        }
    }

    private static long time(String text) {
        try {
            return LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("expected a time such as 11/11/2019 9:05:58 AM", e);
        }
    }
}
