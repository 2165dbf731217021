package io.millrace.topics;

import io.millrace.event.InvalidSetting;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a cluster wants otherwise than the description says.
 *
 * @param partitions of every topic that is described with more than one; 0 leaves them as described
 * @param configs topic settings in Kafka's words, for every topic, for example {@code retention.ms} of a replay
 */
public record TopicOverrides(int partitions, Map<String, String> configs) {

    public static final TopicOverrides NONE = new TopicOverrides(0, Map.of());

    public TopicOverrides {
        InvalidSetting.require(
                partitions >= 0 && partitions <= 10_000, "topics.partitions", partitions, "0 (as described) to 10000");
        configs = Map.copyOf(configs);
    }

    /** Keeps records whatever their event time, for replays and demos. */
    public static TopicOverrides keepForEver(int partitions) {
        return new TopicOverrides(partitions, Map.of("retention.ms", "-1"));
    }

    Topic appliedTo(Topic topic) {
        int wanted = partitions > 0 && topic.partitions() > 1 ? partitions : topic.partitions();
        TreeMap<String, String> merged = new TreeMap<>(topic.configs());
        merged.putAll(configs);
        return topic.with(wanted, merged);
    }
}
