package io.millrace.app;

import io.millrace.codec.EventWriter;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Produces a history to the input topics at a chosen speed: event time divided by {@code speed} is wall time, or as fast
 * as the broker takes it. A thread of its own; in order, one event one record, keyed by user.
 */
final class Feeder implements AutoCloseable {

    /** Speed that does not wait. */
    static final double MAX = Double.POSITIVE_INFINITY;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String impressionsTopic;
    private final String clicksTopic;
    private final Iterator<? extends Event> events;
    private final double speed;
    private final EventWriter writer = new EventWriter();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong impressions = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile boolean done;
    private volatile @Nullable Exception failure;

    Feeder(
            Map<String, String> kafka,
            String impressionsTopic,
            String clicksTopic,
            Iterator<? extends Event> events,
            double speed) {
        Map<String, Object> properties = new java.util.HashMap<>(kafka);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        this.impressionsTopic = impressionsTopic;
        this.clicksTopic = clicksTopic;
        this.events = events;
        this.speed = speed;
        thread = new Thread(this::run, "feeder");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Events produced. */
    long sent() {
        return sent.get();
    }

    long impressions() {
        return impressions.get();
    }

    /** Why a record did not reach the broker, or the history could not be read on; null when all is well. */
    @Nullable
    Exception failure() {
        return failure;
    }

    /** True when the history has ended and all of it is at the broker. */
    boolean isDone() {
        return done;
    }

    private void run() {
        try {
            feed();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void feed() {
        long startedNs = System.nanoTime();
        long firstMs = Long.MIN_VALUE;
        while (!stopped && events.hasNext()) {
            Event event = events.next();
            if (firstMs == Long.MIN_VALUE) {
                firstMs = event.atMs();
            }
            waitFor(startedNs, event.atMs() - firstMs);
            boolean isImpression = event instanceof Impression;
            producer.send(
                    new ProducerRecord<>(
                            isImpression ? impressionsTopic : clicksTopic,
                            null,
                            Math.max(0, event.atMs()),
                            event.user().utf8(),
                            writer.write(event)),
                    (metadata, error) -> failure = error == null ? failure : error);
            sent.incrementAndGet();
            impressions.addAndGet(isImpression ? 1 : 0);
        }
        producer.flush();
        done = !events.hasNext();
    }

    /** Late events of the history are due already, so they wait for nothing. */
    private void waitFor(long startedNs, long afterMs) {
        if (speed == MAX) {
            return;
        }
        long dueNs = startedNs + (long) (afterMs * 1e6 / speed);
        for (long left = dueNs - System.nanoTime(); left > 0 && !stopped; left = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, 50_000_000L));
        }
    }

    /** Ends after the event it is at; what was produced is at the broker on return. */
    void stop() {
        stopped = true;
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        producer.close();
    }
}
