package io.millrace.topics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The description beside the cluster, a line a topic. A plan only ever creates: what exists and differs is told, and left
 * for somebody who knows why.
 *
 * @param lines in the order of the description
 * @param coPartitioningProblems what {@link TopicCatalog#checkCoPartitioned} would find once missing topics are created
 */
public record TopicPlan(List<Line> lines, List<String> coPartitioningProblems) {

    /** What is to be said of a topic. */
    public enum Status {
        CREATE("create"),
        OK("exists, ok"),
        DIFFERS("exists, differs"),
        WRONG_PARTITIONS("exists, other partitions");

        private final String text;

        Status(String text) {
            this.text = text;
        }
    }

    /**
     * One topic of the plan.
     *
     * @param topic as wanted, overrides applied
     * @param partitions that it has; 0 when it does not exist
     * @param differences of its settings, in key order
     */
    public record Line(Topic topic, int partitions, List<Difference> differences) {

        public Status status() {
            if (partitions == 0) {
                return Status.CREATE;
            }
            if (partitions != topic.partitions()) {
                return Status.WRONG_PARTITIONS;
            }
            return differences.isEmpty() ? Status.OK : Status.DIFFERS;
        }

        private String detail() {
            List<String> parts = new ArrayList<>();
            if (status() == Status.CREATE) {
                topic.configs().forEach((key, value) -> parts.add(key + "=" + value));
            } else if (status() == Status.WRONG_PARTITIONS) {
                parts.add("partitions: have " + partitions + ", want " + topic.partitions());
            }
            differences.forEach(difference -> parts.add(difference.toString()));
            return String.join("; ", parts);
        }
    }

    /** A setting that a topic has otherwise than described; {@code have} is null when the broker does not tell it. */
    public record Difference(String key, @Nullable String have, String want) {

        @Override
        public String toString() {
            return key + ": have " + have + ", want " + want;
        }
    }

    /** A topic that exists: its partition count and its effective settings. */
    record Existing(int partitions, Map<String, String> configs) {}

    static TopicPlan compare(TopicCatalog catalog, TopicOverrides overrides, Map<String, Existing> cluster) {
        List<Line> lines = catalog.topics().stream()
                .map(overrides::appliedTo)
                .map(topic -> line(topic, cluster.get(topic.name())))
                .toList();
        return new TopicPlan(lines, catalog.checkCoPartitioned(partitionsAfter(lines)));
    }

    private static Line line(Topic topic, @Nullable Existing existing) {
        if (existing == null) {
            return new Line(topic, 0, List.of());
        }
        List<Difference> differences = new ArrayList<>();
        topic.configs().forEach((key, want) -> {
            String have = existing.configs().get(key);
            if (!same(have, want)) {
                differences.add(new Difference(key, have, want));
            }
        });
        return new Line(topic, existing.partitions(), differences);
    }

    /** Lists, such as {@code compact,delete}, are equal in any order. */
    private static boolean same(@Nullable String have, String want) {
        return Objects.equals(have, want) || (have != null && elements(have).equals(elements(want)));
    }

    private static TreeSet<String> elements(String list) {
        return new TreeSet<>(Arrays.asList(list.split(",", -1)));
    }

    private static Map<String, Integer> partitionsAfter(List<Line> lines) {
        Map<String, Integer> partitions = new LinkedHashMap<>();
        for (Line line : lines) {
            int count = line.partitions() == 0 ? line.topic().partitions() : line.partitions();
            partitions.put(line.topic().name(), count);
        }
        return partitions;
    }

    /** The topics that {@link TopicPlanner#apply} would create. */
    public List<Topic> missing() {
        return lines.stream()
                .filter(line -> line.status() == Status.CREATE)
                .map(Line::topic)
                .toList();
    }

    /** For people: a table, then the co-partitioning problems. */
    public String table() {
        int width = Math.max(
                5,
                lines.stream()
                        .mapToInt(line -> line.topic().name().length())
                        .max()
                        .orElse(0));
        String format = "%-" + width + "s  %10s  %-24s  %s";
        List<String> rows = new ArrayList<>();
        rows.add(String.format(format, "topic", "partitions", "status", ""));
        for (Line line : lines) {
            int partitions = line.partitions() == 0 ? line.topic().partitions() : line.partitions();
            rows.add(String.format(format, line.topic().name(), partitions, line.status().text, line.detail()));
        }
        rows.addAll(coPartitioningProblems);
        return String.join(
                System.lineSeparator(), rows.stream().map(String::stripTrailing).toList());
    }
}
