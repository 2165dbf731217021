package io.millrace.source;

import io.millrace.event.Hash;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The Open Bandit Dataset: one item shown at one of three positions a line, with the propensity of the policy. There are
 * no user ids; a hash of the user's features stands in for one, which is a segment rather than a person.
 */
record OpenBandit() implements RawForm {

    private static final List<String> NEEDED = List.of("timestamp", "item_id", "position", "click", "propensity_score");

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
                time(row.get("timestamp")),
                "",
                segment(row),
                row.get("item_id"),
                Integer.toString(Math.max(0, Integer.parseInt(row.get("position")) - 1)),
                row.isOne("click"),
                row.get("propensity_score")));
    }

    private static long time(String text) {
        try {
            return Instant.parse(text.replace(' ', 'T').replaceFirst("\\+00:00$", "Z"))
                    .toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("expected a time such as 2019-11-24 00:00:17.004101+00:00", e);
        }
    }

    private static String segment(Csv row) {
        byte[] features = row.allOf("user_feature_").getBytes(StandardCharsets.UTF_8);
        return Long.toHexString(Hash.text(features));
    }
}
