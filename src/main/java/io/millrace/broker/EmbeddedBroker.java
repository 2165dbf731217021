package io.millrace.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.utils.Utils;

/**
 * A whole Kafka cluster inside this process: one node that is broker and controller, reachable from this machine only.
 *
 * <p>Its data live in one directory and outlast it; started there again, on whatever port, it has its topics, records and
 * committed offsets. For the demo and for tests: there is one copy of everything and no protection of any kind.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private final DirectoryLock lock;
    private final SingleNode node;
    private final String bootstrapServers;
    private boolean closed;

    private EmbeddedBroker(DirectoryLock lock, SingleNode node, String bootstrapServers) {
        this.lock = lock;
        this.node = node;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts a broker and returns when it serves.
     *
     * @param directory made when absent; holds everything the broker writes
     * @param preferredPort 0 to 65535; when it is taken, or 0, a free one is used
     * @throws IllegalStateException when another broker uses the directory, or the start fails
     */
    public static EmbeddedBroker start(Path directory, int preferredPort) {
        return start(directory, preferredPort, Map.of());
    }

    /**
     * As above, with settings of a broker's own over those that are used here: listener security, for example.
     *
     * @param settings as in server.properties
     */
    public static EmbeddedBroker start(Path directory, int preferredPort, Map<String, String> settings) {
        Path absolute = directory.toAbsolutePath().normalize();
        DirectoryLock lock = lock(absolute);
        try (BoundSockets sockets = new BoundSockets()) {
            return started(absolute, preferredPort, settings, lock, sockets);
        } catch (IOException e) {
            Utils.closeQuietly(lock, "directory lock");
            throw new UncheckedIOException("cannot start the broker in " + absolute, e);
        } catch (RuntimeException e) {
            Utils.closeQuietly(lock, "directory lock");
            throw e;
        }
    }

    private static DirectoryLock lock(Path directory) {
        try {
            return DirectoryLock.take(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the broker directory " + directory, e);
        }
    }

    private static EmbeddedBroker started(
            Path directory, int preferredPort, Map<String, String> settings, DirectoryLock lock, BoundSockets sockets)
            throws IOException {
        Path logDirectory = Files.createDirectories(directory.resolve("log"));
        SingleNode.formatNew(logDirectory);
        InetSocketAddress clients = sockets.bind(BrokerSettings.CLIENTS, preferredPort);
        InetSocketAddress controller = sockets.bind(BrokerSettings.CONTROLLER, 0);
        Properties all = BrokerSettings.of(logDirectory, clients, controller);
        all.putAll(settings);
        SingleNode node = new SingleNode(KafkaConfig.fromProps(all), sockets);
        startOrStop(node);
        return new EmbeddedBroker(lock, node, clients.getAddress().getHostAddress() + ":" + clients.getPort());
    }

    private static void startOrStop(SingleNode node) throws IOException {
        try {
            node.start();
        } catch (IOException | RuntimeException e) {
            node.stop();
            throw e;
        }
    }

    /** Where clients connect, {@code host:port}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops the broker in order, so that the next start on its directory need not recover; idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            node.stop();
            Utils.closeQuietly(lock, "directory lock");
        }
    }
}
