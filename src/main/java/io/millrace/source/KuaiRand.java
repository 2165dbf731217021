package io.millrace.source;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Logs of KuaiRand, {@code log_standard_*.csv} and {@code log_random_*.csv}: one video shown to one user a line. */
record KuaiRand() implements RawForm {

    private static final List<String> NEEDED = List.of("user_id", "video_id", "time_ms", "is_click");

    @Override
    public boolean recognises(String firstLine) {
        return Arrays.asList(firstLine.split(",", -1)).containsAll(NEEDED);
    }

    @Override
    public boolean hasHeader() {
        return true;
    }

    @Override
    public String header() {
        return NormalForm.IMPRESSIONS;
    }

    @Override
    public void read(String line, String columns, Consumer<Row> into) {
        Csv row = new Csv(columns, line);
        into.accept(RawForm.impression(
                Long.parseLong(row.get("time_ms")),
                "",
                row.get("user_id"),
                row.get("video_id"),
                "",
                row.isOne("is_click"),
                ""));
    }
}
