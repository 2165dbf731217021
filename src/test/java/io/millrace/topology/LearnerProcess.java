package io.millrace.topology;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.app.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** One instance of Millrace in a process of its own, which can be killed as the kernel kills: without a word. */
final class LearnerProcess implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final Path config;
    private final Path out;
    private final Path err;
    private Process process;

    /** @param settings YAML over those that every test needs */
    LearnerProcess(Path directory, String name, String bootstrapServers, String settings) throws IOException {
        this(directory, name, bootstrapServers, 2, settings);
    }

    /** @param partitions of the topics there are */
    LearnerProcess(Path directory, String name, String bootstrapServers, int partitions, String settings)
            throws IOException {
        this.name = name;
        config = directory.resolve(name + ".yaml");
        out = directory.resolve(name + ".out");
        err = directory.resolve(name + ".err");
        String usual = """
                application-id: it
                instance-id: %s
                state-dir: %s
                kafka.bootstrap.servers: %s
                kafka.acceptable.recovery.lag: "1000000"
                streams.session-timeout: 6s
                streams.commit-interval: 50ms
                streams.max-task-idle: 0ms
                topics.partitions: %d
                topics.metrics-interval: 1s
                attribution.window: 20s
                attribution.grace: 2s
                attribution.late: 1m
                attribution.click-wait: 5s
                attribution.dedup-horizon: 5m
                sampling.negatives: 5
                learning.dimension: 16
                evaluation.share: 0.02
                memory.rocksdb: 32MB
                memory.user-rows: 1000
                query.port: 0
                """.formatted(name, directory.resolve(name), bootstrapServers, partitions);
        Files.writeString(config, without(settings, usual) + settings);
        start();
    }

    /** What is usual, but for the keys that are set otherwise. */
    private static String without(String settings, String usual) {
        return usual.lines()
                .filter(line -> !settings.contains(line.substring(0, line.indexOf(':') + 1)))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /** What it was started with. */
    Path config() {
        return config;
    }

    void start() {
        try {
            Files.deleteIfExists(out);
            process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            "run",
                            "--config",
                            config.toString()))
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " outlived kill -9");
        }
    }

    /** Ends the process as an orchestrator does: it is asked to stop, and does so by itself. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " does not stop; it said: " + said());
        }
    }

    /** Stops the process in the middle of whatever it does, as a long pause of the machine would. */
    void pause() throws Exception {
        signal("STOP");
    }

    void resume() throws Exception {
        signal("CONT");
    }

    private void signal(String signal) throws Exception {
        int code = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -" + signal + " of " + name + " gave " + code);
        }
    }

    void restart() throws InterruptedException {
        kill();
        start();
    }

    private void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException(name + " ended with " + process.exitValue() + "; it said: " + said());
        }
    }

    /** Events taken in by the partitions that this instance has, and whether their balance holds. */
    JsonNode joins() {
        return status().path("joins");
    }

    long taken() {
        return joins().path("in").asLong();
    }

    /** What the instance says of itself; a missing node while it does not answer. */
    JsonNode status() {
        try {
            requireAlive();
            return url() == null
                    ? JSON.missingNode()
                    : JSON.readTree(get("/v1/status").body());
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }

    HttpResponse<String> get(String path) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url() + path)));
    }

    HttpResponse<String> post(String path, String body) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url() + path)).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(5)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Where it answers, once it has said so. */
    String url() throws IOException {
        String line = Files.exists(out) ? Files.readString(out) : "";
        int at = line.indexOf("http://");
        int end = line.indexOf(',', Math.max(0, at));
        return at >= 0 && end > at ? line.substring(at, end) : null;
    }

    /** The end of its log. */
    String said() {
        try {
            String text = Files.readString(err);
            return text.substring(Math.max(0, text.length() - 4000));
        } catch (IOException e) {
            return "nothing";
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
