package io.millrace.config;

import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names of the topics, and how they are created.
 *
 * @param itemUpdates empty for one of the application's own, see {@link #of}
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

    private static final List<String> KEYS =
            List.of("impressions", "clicks", "examples", "metrics", "dead-letters", "item-updates");
    private static final Pattern LEGAL = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

    public TopicSettings {
        Ranges check = new Ranges("topics");
        List<String> names = List.of(impressions, clicks, examples, metrics, deadLetters, itemUpdates);
        for (int k = 0; k < names.size(); k++) {
            String name = names.get(k);
            boolean isDerived = k == names.size() - 1 && name.isEmpty();
            check.that(
                    isDerived || LEGAL.matcher(name).matches(), KEYS.get(k), name, "1 to 249 of " + Identity.LETTERS);
        }
        check.that(new HashSet<>(names).size() == names.size(), "impressions", names, "six different names in topics");
        check.in(partitions, "partitions", 1, 1000);
        check.in(replication, "replication", 1, 9);
        check.durationIn(metricsIntervalMs, "metrics-interval", "1s", "1d");
        check.done();
    }

    /** With every name said: two applications that shared the topic of steps would learn each other's. */
    TopicSettings of(String applicationId) {
        return itemUpdates.isEmpty()
                ? new TopicSettings(
                        impressions,
                        clicks,
                        examples,
                        metrics,
                        deadLetters,
                        applicationId + "-item-updates",
                        partitions,
                        replication,
                        metricsIntervalMs)
                : this;
    }
}
