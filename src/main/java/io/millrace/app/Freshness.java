package io.millrace.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Measures from outside how soon a click shows: a probe user clicks an item, and the vector that HTTP serves for the user
 * is asked for until it has changed. The time from before the click is produced to the changed answer is one sample.
 */
final class Freshness implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long GIVE_UP_MS = 10_000;
    private static final long MINUTE_NS = 60_000_000_000L;
    private static final long STOP_MS = 5000;

    private final Histogram millis = new ConcurrentHistogram(GIVE_UP_MS, 3);
    private final ArrayDeque<Sample> recent = new ArrayDeque<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final KafkaProducer<byte[], byte[]> producer;
    private final String impressionsTopic;
    private final String clicksTopic;
    private final String url;
    private final long intervalMs;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile int events;

    Freshness(Map<String, String> kafka, String impressionsTopic, String clicksTopic, String url, long intervalMs) {
        producer = new KafkaProducer<>(
                new java.util.HashMap<String, Object>(kafka), new ByteArraySerializer(), new ByteArraySerializer());
        this.impressionsTopic = impressionsTopic;
        this.clicksTopic = clicksTopic;
        this.url = url;
        this.intervalMs = intervalMs;
        thread = new Thread(this::run, "freshness");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** All samples so far, milliseconds, those of a JVM that is still compiling included. */
    Histogram millis() {
        return millis;
    }

    private record Sample(long atNs, long millis) {}

    /** The samples of the last minute, milliseconds. */
    Histogram lastMinute() {
        Histogram minute = new Histogram(GIVE_UP_MS, 3);
        synchronized (recent) {
            forgetOld();
            recent.forEach(sample -> minute.recordValue(sample.millis()));
        }
        return minute;
    }

    private void record(long sampleMs) {
        millis.recordValue(sampleMs);
        synchronized (recent) {
            recent.add(new Sample(System.nanoTime(), sampleMs));
            forgetOld();
        }
    }

    private void forgetOld() {
        while (!recent.isEmpty() && System.nanoTime() - recent.peek().atNs() > MINUTE_NS) {
            recent.remove();
        }
    }

    private void run() {
        while (!stopped) {
            try {
                sample();
            } catch (IOException e) {
                // The server is starting or stopping; the next sample will tell.
            } catch (InterruptedException | InterruptException e) {
                return;
            }
            LockSupport.parkNanos(intervalMs * 1_000_000L);
        }
    }

    private void sample() throws IOException, InterruptedException {
        String user = "probe-" + events / 2 % 8;
        String before = served(user);
        long started = System.nanoTime();
        click(user);
        while (!stopped) {
            long elapsedMs = (System.nanoTime() - started) / 1_000_000;
            if (!served(user).equals(before)) {
                record(Math.min(GIVE_UP_MS, elapsedMs));
                return;
            }
            if (elapsedMs > GIVE_UP_MS) {
                record(GIVE_UP_MS);
                return;
            }
            LockSupport.parkNanos(2_000_000L);
        }
    }

    /** Shows the probe user an item and answers for it at once, as two events. */
    private void click(String user) {
        long nowMs = System.currentTimeMillis();
        String id = "probe-" + System.nanoTime();
        String rest = "\"user\":\"" + user + "\",\"item\":\"probe-item-" + events / 2 % 16 + "\",\"at\":" + nowMs + "}";
        send(impressionsTopic, user, "{\"type\":\"impression\",\"id\":\"" + id + "\"," + rest);
        send(
                clicksTopic,
                user,
                "{\"type\":\"click\",\"id\":\"" + id + "-click\",\"impression\":\"" + id + "\"," + rest);
        producer.flush();
    }

    private void send(String topic, String user, String value) {
        events++;
        producer.send(new ProducerRecord<>(
                topic, user.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)));
    }

    /** Events produced by probing. */
    int events() {
        return events;
    }

    private String served(String user) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/users/" + user))
                .timeout(Duration.ofSeconds(2))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            return "";
        }
        JsonNode embedding = JSON.readTree(answer.body()).path("embedding");
        return embedding.toString();
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
        try {
            thread.join(STOP_MS); // or it would send by a producer that is closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
