package io.millrace.topology;

import io.millrace.learning.Optimizer;
import io.millrace.learning.Optimizers;
import io.millrace.store.WriteBackStores;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The topology, in two halves that meet in {@code item-updates}:
 *
 * <pre>
 *   impressions ┐            ┌─► examples
 *   clicks ─────┴► learn ────┼─► metrics          stores: users, pending, seen, ranking, learner-notes
 *    (by user)               ├─► dead-letters
 *                            └─► send-updates ─► item-updates ─► own-items      store: item-rows
 *                                                 (by item)
 * </pre>
 *
 * <p>What {@code own-items} publishes is the changelog of its store: a row is written once.
 */
public final class MillraceTopology {

    /** Changelogs of stores that expire are compacted soon, since most of what they hold is deletions. */
    private static final Map<String, String> EXPIRING =
            Map.of("cleanup.policy", "compact", "segment.ms", "600000", "min.cleanable.dirty.ratio", "0.1");

    private static final Map<String, String> ROWS =
            Map.of("cleanup.policy", "compact", "min.cleanable.dirty.ratio", "0.3");

    /**
     * A store's changelog.
     *
     * @param config of the topic, besides what Kafka Streams sets for every changelog
     * @param ofItems true when it has the partitions of {@code item-updates}, false for those of the events
     */
    public record Changelog(String store, Map<String, String> config, boolean ofItems) {}

    private MillraceTopology() {}

    /** All changelogs, by which a state can be put in place before the first start. */
    public static List<Changelog> changelogs() {
        return List.of(
                new Changelog(Names.USERS, ROWS, false),
                new Changelog(Names.PENDING, EXPIRING, false),
                new Changelog(Names.SEEN, EXPIRING, false),
                new Changelog(Names.LEARNER_NOTES, ROWS, false),
                new Changelog(Names.RANKING, EXPIRING, false),
                new Changelog(Names.ITEM_ROWS, ROWS, true));
    }

    /** Builds the topology; {@code instance} is what its tasks share. */
    public static Topology build(Settings settings, Instance instance) {
        var bytes = new ByteArrayDeserializer();
        var out = new ByteArraySerializer();
        Settings.TopicNames topics = settings.topics();
        Optimizer optimizer = Optimizers.make(settings.learning());
        ProcessorSupplier<byte[], byte[], byte[], byte[]> learn = () -> new LearnerProcessor(settings, instance);
        ProcessorSupplier<byte[], byte[], Void, Void> own = () -> new ItemProcessor(
                () -> new ItemOwner(settings.learning(), optimizer, settings.halfLife(), settings.itemTtlMs()),
                instance);
        return new Topology()
                .addSource(Names.EVENTS, bytes, bytes, topics.impressions(), topics.clicks())
                .addProcessor(Names.LEARN, learn, Names.EVENTS)
                .addStateStore(WriteBackStores.writeBack(Names.USERS, ROWS), Names.LEARN)
                .addStateStore(expiring(Names.PENDING), Names.LEARN)
                .addStateStore(expiring(Names.SEEN), Names.LEARN)
                .addStateStore(WriteBackStores.plain(Names.LEARNER_NOTES, ROWS), Names.LEARN)
                .addStateStore(expiring(Names.RANKING), Names.LEARN)
                .addSink(Names.EXAMPLES, topics.examples(), out, out, Names.LEARN)
                .addSink(Names.METRICS, topics.metrics(), out, out, Names.LEARN)
                .addSink(Names.DEAD_LETTERS, topics.deadLetters(), out, out, Names.LEARN)
                .addSink(Names.SEND_UPDATES, topics.itemUpdates(), out, out, toPartitionInKey(), Names.LEARN)
                .addSource(Names.RECEIVE_UPDATES, bytes, bytes, topics.itemUpdates())
                .addProcessor(Names.OWN_ITEMS, own, Names.RECEIVE_UPDATES)
                .addStateStore(WriteBackStores.writeBack(Names.ITEM_ROWS, ROWS), Names.OWN_ITEMS);
    }

    private static StoreBuilder<?> expiring(String name) {
        return WriteBackStores.plain(name, EXPIRING);
    }

    /** An update is for one partition of items, which its key says. */
    private static StreamPartitioner<byte[], byte[]> toPartitionInKey() {
        return (topic, key, value, partitions) ->
                Optional.of(Set.of(ByteBuffer.wrap(key).getInt()));
    }
}
