package io.millrace.source;

/** A line of comma-separated values without quotes, read by the names of its columns. */
final class Csv {

    private final String[] columns;
    private final String[] fields;

    Csv(String columns, String line) {
        this.columns = columns.split(",", -1);
        fields = line.split(",", -1);
        if (fields.length != this.columns.length) {
            throw new IllegalArgumentException("expected " + this.columns.length + " fields");
        }
    }

    String get(String column) {
        for (int k = 0; k < columns.length; k++) {
            if (columns[k].equals(column)) {
                return fields[k];
            }
        }
        throw new IllegalArgumentException("expected a column " + column);
    }

    boolean isOne(String column) {
        String value = get(column);
        if (!value.equals("0") && !value.equals("1")) {
            throw new IllegalArgumentException(column + " = '" + value + "', expected 0 or 1");
        }
        return value.equals("1");
    }

    /** The fields of all columns that start so, joined. */
    String allOf(String prefix) {
        StringBuilder all = new StringBuilder();
        for (int k = 0; k < columns.length; k++) {
            if (columns[k].startsWith(prefix)) {
                all.append(fields[k]).append('|');
            }
        }
        return all.toString();
    }
}
