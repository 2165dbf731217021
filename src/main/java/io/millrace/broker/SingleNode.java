package io.millrace.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.FaultHandlerFactory;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server$;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Broker and controller in one process, put together here because Kafka's own assembly ends the process on a fault and
 * takes no sockets; a guest in somebody else's JVM may do neither.
 */
final class SingleNode {

    private static final Logger LOG = LoggerFactory.getLogger(SingleNode.class);

    private final ControllerServer controller;
    private final BrokerServer broker;

    SingleNode(KafkaConfig config, ServerSocketFactory sockets) {
        Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> stored = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        SharedServer shared = shared(config, stored._1(), sockets);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), stored._2());
        broker = new BrokerServer(shared);
    }

    private static SharedServer shared(KafkaConfig config, MetaPropertiesEnsemble stored, ServerSocketFactory sockets) {
        String clusterId = stored.clusterId().orElseThrow();
        Metrics metrics = Server$.MODULE$.initializeMetrics(config, Time.SYSTEM, clusterId);
        return new SharedServer(
                config,
                stored,
                Time.SYSTEM,
                metrics,
                CompletableFuture.completedFuture(
                        QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                List.of(),
                faults(),
                sockets);
    }

    private static FaultHandlerFactory faults() {
        return (name, fatal, action) -> (message, cause) -> {
            LOG.error("embedded broker, {}: {}", name, message, cause);
            action.run();
            return new IllegalStateException(name + ": " + message, cause);
        };
    }

    /** Gives a new directory its cluster id, which is written last; one that has it stays as it is. */
    static void formatNew(Path logDirectory) {
        if (Files.exists(logDirectory.resolve("meta.properties"))) {
            return;
        }
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            format(logDirectory.toString(), silent);
        } catch (Exception e) {
            throw new IllegalStateException("cannot format the broker directory " + logDirectory, e);
        }
    }

    private static void format(String logDirectory, PrintStream progress) throws Exception {
        new Formatter()
                .setPrintStream(progress)
                .setNodeId(BrokerSettings.NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .setDirectories(List.of(logDirectory))
                .setMetadataLogDirectory(logDirectory)
                .setControllerListenerName(BrokerSettings.CONTROLLER)
                .run();
    }

    void start() throws IOException {
        controller.startup();
        broker.startup();
    }

    /** The broker first: it asks the controller for leave. */
    void stop() {
        broker.shutdown();
        controller.shutdown();
        broker.awaitShutdown();
        controller.awaitShutdown();
    }
}
