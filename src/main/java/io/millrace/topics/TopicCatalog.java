package io.millrace.topics;

import io.millrace.event.InvalidSetting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The topics of the one description, {@code topics/topics.yaml}, in its order. Immutable. */
public final class TopicCatalog {

    private static final String ROOT = "/topics/";

    private final Map<String, Topic> byLogicalName;
    private final List<List<String>> coPartitioned;

    TopicCatalog(Map<String, Topic> byLogicalName, List<List<String>> coPartitioned) {
        this.byLogicalName = byLogicalName;
        this.coPartitioned = coPartitioned;
    }

    /** The description that this build carries. */
    public static TopicCatalog load() {
        return TopicDescription.parse(text("topics.yaml"));
    }

    public List<Topic> topics() {
        return List.copyOf(byLogicalName.values());
    }

    /** @throws InvalidSetting when no topic has this logical name */
    public Topic topic(String logical) {
        Topic topic = byLogicalName.get(logical);
        if (topic == null) {
            throw new InvalidSetting("topic", logical, "one of " + byLogicalName.keySet());
        }
        return topic;
    }

    /** The name of a topic in the cluster. */
    public String name(String logical) {
        return topic(logical).name();
    }

    /** Groups of logical names whose topics must have equal partition counts. */
    public List<List<String>> coPartitioned() {
        return coPartitioned;
    }

    /** The same topics under other names in the cluster; names that are not given stay. */
    public TopicCatalog rename(Map<String, String> actualByLogical) {
        checkRenames(actualByLogical);
        Map<String, Topic> renamed = new LinkedHashMap<>();
        byLogicalName.forEach((logical, topic) ->
                renamed.put(logical, topic.named(actualByLogical.getOrDefault(logical, topic.name()))));
        return new TopicCatalog(renamed, coPartitioned);
    }

    private void checkRenames(Map<String, String> actualByLogical) {
        InvalidSetting.Check check = new InvalidSetting.Check();
        actualByLogical.forEach((logical, actual) -> {
            check.require(byLogicalName.containsKey(logical), "topics.names." + logical, actual, namesExpected());
            check.require(
                    isTopicName(actual),
                    "topics.names." + logical,
                    actual,
                    "1 to 249 letters, digits, dots, underscores and hyphens");
        });
        check.done();
        checkDistinct(actualByLogical);
    }

    private void checkDistinct(Map<String, String> actualByLogical) {
        Map<String, String> logicalByActual = new LinkedHashMap<>();
        byLogicalName.forEach((logical, topic) -> {
            String actual = actualByLogical.getOrDefault(logical, topic.name());
            String other = logicalByActual.put(actual, logical);
            InvalidSetting.require(
                    other == null, "topics.names." + logical, actual, "another name than that of " + other);
        });
    }

    private String namesExpected() {
        return "only the names of topics, " + byLogicalName.keySet();
    }

    private static boolean isTopicName(String name) {
        return name.matches("[a-zA-Z0-9._-]{1,249}") && !Set.of(".", "..").contains(name);
    }

    /**
     * Compares partition counts within the groups that are joined by key.
     *
     * @param partitionsByName partition counts of the cluster's topics
     * @return one problem a group that does not fit, naming the counts; empty when records of one user meet
     */
    public List<String> checkCoPartitioned(Map<String, Integer> partitionsByName) {
        List<String> problems = new ArrayList<>();
        for (List<String> group : coPartitioned) {
            checkGroup(group.stream().map(this::name).toList(), partitionsByName, problems);
        }
        return problems;
    }

    private static void checkGroup(List<String> names, Map<String, Integer> partitions, List<String> problems) {
        names.stream()
                .filter(name -> !partitions.containsKey(name))
                .forEach(name -> problems.add("topic " + name
                        + " does not exist, expected one with as many partitions as the rest of " + names));
        List<String> counted = names.stream()
                .filter(partitions::containsKey)
                .map(name -> name + " has " + partitions.get(name))
                .toList();
        if (names.stream()
                        .map(partitions::get)
                        .filter(count -> count != null)
                        .distinct()
                        .count()
                > 1) {
            problems.add("partitions: " + String.join(", ", counted)
                    + ", expected equal counts, because these topics are joined by user");
        }
    }

    /** Text of a file of the description, for example a schema. */
    public static String text(String path) {
        try (InputStream in = TopicCatalog.class.getResourceAsStream(ROOT + path)) {
            if (in == null) {
                throw new IllegalArgumentException("topic description has no file " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
