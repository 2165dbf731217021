package io.millrace.source;

import java.util.function.Consumer;

/** A form in which a public data set is published: its lines, as rows of the normal form. */
interface RawForm {

    /** A row of the normal form, with its time. */
    record Row(long atMs, String text) {}

    /** True when a file that starts with this line is in this form. */
    boolean recognises(String firstLine);

    /** The header of the normal form that the rows are of. */
    String header();

    /** True when the first line names the columns. */
    boolean hasHeader();

    /**
     * The rows of a line, in order.
     *
     * @param columns the first line, where that names the columns; else empty
     * @throws IllegalArgumentException saying what was expected
     */
    void read(String line, String columns, Consumer<Row> into);

    /** An impression of the normal form; what is unknown is empty. */
    static Row impression(
            long atMs, String request, String user, String item, String position, boolean clicked, String propensity) {
        return new Row(
                atMs,
                String.join(
                        "\t", Long.toString(atMs), request, user, item, position, clicked ? "1" : "0", "", propensity));
    }
}
