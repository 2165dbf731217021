package io.millrace.query;

import java.util.List;
import java.util.SortedMap;

/** What the instance says of itself. Any thread may ask. */
public interface StatusSource {

    Status status();

    /** False only when the process should be restarted: never because the broker is away. */
    Health live();

    /** False while the instance should get no queries. */
    Health ready();

    /**
     * An answer to a probe.
     *
     * @param reasons why not, one sentence each; may also explain an ok
     */
    record Health(boolean ok, List<String> reasons) {

        public static Health good() {
            return new Health(true, List.of());
        }

        public static Health bad(String... reasons) {
            return new Health(false, List.of(reasons));
        }
    }

    /**
     * @param application its {@code application.id}
     * @param state of the stream client, as in {@code RUNNING}
     * @param uptimeMs since the process started, milliseconds
     * @param partitions of the input topics that this instance reads
     * @param restores under way on this instance; empty when none is
     */
    record Status(
            String application,
            String state,
            long uptimeMs,
            Model model,
            SamplerMemory sampler,
            JoinBalance joins,
            List<PartitionLag> partitions,
            List<Restore> restores) {}

    /**
     * @param dimension floats of an embedding
     * @param users rows on this instance
     * @param items rows in the item table
     * @param updates steps of the model that this instance has made
     */
    record Model(int dimension, String loss, String optimizer, String sampler, long users, long items, long updates) {}

    /**
     * What samplers remember, over the partitions of this instance.
     *
     * @param stateBytes heap held by all of it
     * @param parts by name: {@code stateBytes}, and {@code fallbacks}, how often something took the place of what the part
     *     is for
     */
    record SamplerMemory(long stateBytes, SortedMap<String, SortedMap<String, Long>> parts) {}

    /**
     * Each event ends in exactly one outcome.
     *
     * @param in events read
     * @param outcomes events by what became of them, as in {@code clicked}, {@code pending}, {@code orphan}
     */
    record JoinBalance(long in, SortedMap<String, Long> outcomes) {

        public boolean balanced() {
            return in == outcomes.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * @param position offset of the next record to be read
     * @param end offset after the last record of the partition
     */
    record PartitionLag(String topic, int partition, long position, long end) {

        public long lag() {
            return Math.max(0, end - position);
        }
    }

    /** Records of a changelog that have been read back, of those that have to be. */
    record Restore(String store, int partition, long restored, long total) {}
}
