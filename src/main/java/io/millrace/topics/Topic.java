package io.millrace.topics;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One topic as described.
 *
 * @param logical its name in the description and in this program
 * @param name its name in the cluster
 * @param about what it holds, one line
 * @param access who writes and who reads it
 * @param key what the record key is
 * @param schema path of the value's JSON Schema within the description; null when the value is not JSON
 * @param sample path of a file of values, one a line; null when there is none
 * @param partitions at least 1
 * @param configs topic settings in Kafka's words, cleanup and retention among them, in key order
 */
public record Topic(
        String logical,
        String name,
        String about,
        Access access,
        String key,
        @Nullable String schema,
        @Nullable String sample,
        int partitions,
        Map<String, String> configs) {

    /** Who writes a topic and who reads it. */
    public enum Access {
        /** Others write it, Millrace reads it. */
        READ,
        /** Millrace writes it, others read it. */
        WRITE,
        /** Millrace writes and reads it; nobody else should. */
        INTERNAL
    }

    Topic named(String actual) {
        return new Topic(logical, actual, about, access, key, schema, sample, partitions, configs);
    }

    Topic with(int otherPartitions, Map<String, String> otherConfigs) {
        return new Topic(logical, name, about, access, key, schema, sample, otherPartitions, otherConfigs);
    }
}
