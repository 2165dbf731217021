package io.millrace.topology;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.codec.EventWriter;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.topics.TopicCatalog;
import io.millrace.topics.TopicOverrides;
import io.millrace.topics.TopicPlanner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker in this process with the topics of Millrace, and a producer of events. */
final class LiveCluster implements AutoCloseable {

    private final EmbeddedBroker broker;
    private final KafkaProducer<byte[], byte[]> producer;
    private final EventWriter writer = new EventWriter();
    private long produced;

    LiveCluster(Path directory, int partitions) throws Exception {
        broker = EmbeddedBroker.start(directory, 0);
        try (Admin admin = Admin.create(clientConfig())) {
            TopicPlanner planner = new TopicPlanner(admin);
            TopicCatalog topics = TopicCatalog.load().rename(Map.of("item-updates", "it-item-updates"));
            planner.apply(planner.plan(topics, TopicOverrides.keepForEver(partitions)), (short) 1);
        } catch (RuntimeException e) {
            broker.close(); // or it would end this process when its directory goes
            throw e;
        }
        producer = new KafkaProducer<>(clientConfig(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    private Map<String, Object> clientConfig() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    /** Events produced so far. */
    long produced() {
        return produced;
    }

    /** Produces events keyed by their user; all are at the broker on return. */
    void produce(List<? extends Event> events) throws Exception {
        List<Future<?>> sent = new ArrayList<>();
        for (Event event : events) {
            sent.add(send(
                    event instanceof Impression ? "impressions" : "clicks",
                    event.user().text().getBytes(StandardCharsets.UTF_8),
                    writer.write(event),
                    event.atMs()));
        }
        for (Future<?> one : sent) {
            one.get();
        }
    }

    /** Produces events with timestamps of which no two are alike, so that there is one order of them for everyone. */
    void produceInOrder(List<? extends Event> events, long firstMs) throws Exception {
        for (Event event : events) {
            send(
                            event instanceof Impression ? "impressions" : "clicks",
                            event.user().text().getBytes(StandardCharsets.UTF_8),
                            writer.write(event),
                            firstMs + produced)
                    .get();
        }
    }

    Future<RecordMetadata> send(String topic, byte[] key, byte[] value, long atMs) {
        produced++;
        return producer.send(new ProducerRecord<>(topic, null, Math.max(0, atMs), key, value));
    }

    @Override
    public void close() {
        producer.close();
        broker.close();
    }
}
