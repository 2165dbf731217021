package io.millrace.config;

import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names of the topics, and how they are created.
 *
 * @param partitions of topics that are created; 1 to 1,000
 * @param replication copies of topics that are created; 1 to 9
 * @param metricsIntervalMs event time between two records of metrics, milliseconds; 1,000 to 86,400,000
 */
public record TopicSettings(
        String impressions,
        String clicks,
        String examples,
        String metrics,
        String deadLetters,
        String itemUpdates,
        int partitions,
        int replication,
        long metricsIntervalMs) {

    private static final Pattern LEGAL = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

    public TopicSettings {
        Ranges check = new Ranges("topics");
        List<String> names = List.of(impressions, clicks, examples, metrics, deadLetters, itemUpdates);
        names.forEach(name -> check.that(
                LEGAL.matcher(name).matches(), key(names.indexOf(name)), name, "1 to 249 of " + Identity.LETTERS));
        check.that(new HashSet<>(names).size() == names.size(), "impressions", names, "six different names in topics");
        check.in(partitions, "partitions", 1, 1000);
        check.in(replication, "replication", 1, 9);
        check.durationIn(metricsIntervalMs, "metrics-interval", "1s", "1d");
        check.done();
    }

    private static String key(int name) {
        return List.of("impressions", "clicks", "examples", "metrics", "dead-letters", "item-updates")
                .get(name);
    }
}
