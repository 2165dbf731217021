package io.millrace.topics;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The form of {@code topics.yaml}. */
record TopicDescription(
        @JsonProperty(required = true) List<List<String>> coPartitioned,
        @JsonProperty(required = true) Map<String, Entry> topics) {

    private static final ObjectReader READER = YAMLMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build()
            .readerFor(TopicDescription.class);

    record Entry(
            @JsonProperty(required = true) String about,
            @JsonProperty(required = true) Topic.Access access,
            @JsonProperty(required = true) String key,
            @Nullable String value,
            @Nullable String sample,
            @JsonProperty(required = true) int partitions,
            @JsonProperty(required = true) String cleanup,
            @JsonProperty(required = true) long retentionMs,
            @JsonProperty(required = true) Map<String, String> configs) {

        Topic named(String logical) {
            TreeMap<String, String> all = new TreeMap<>(configs);
            all.put("cleanup.policy", cleanup);
            all.put("retention.ms", Long.toString(retentionMs));
            return new Topic(logical, logical, about, access, key, value, sample, partitions, all);
        }
    }

    static TopicCatalog parse(String yaml) {
        try {
            return READER.<TopicDescription>readValue(yaml).catalog();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("topic description: " + e.getOriginalMessage(), e);
        }
    }

    private TopicCatalog catalog() {
        Map<String, Topic> named = new LinkedHashMap<>();
        topics.forEach((logical, entry) -> named.put(logical, entry.named(logical)));
        return new TopicCatalog(named, List.copyOf(coPartitioned));
    }
}
