package io.millrace.broker;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The settings of a broker that is alone: one copy of everything, little memory, a fast start, and no opinion on time. */
final class BrokerSettings {

    static final int NODE_ID = 1;
    static final String CLIENTS = "CLIENTS";
    static final String CONTROLLER = "CONTROLLER";

    private BrokerSettings() {}

    static Properties of(Path logDirectory, InetSocketAddress clients, InetSocketAddress controller) {
        Properties settings = new Properties();
        settings.put("log.dirs", logDirectory.toString());
        settings.putAll(listeners(address(clients), address(controller)));
        settings.putAll(SINGLE_COPY);
        settings.putAll(SMALL_AND_FAST);
        settings.putAll(ANY_EVENT_TIME);
        return settings;
    }

    /** The voter's port is not part of what is stored, so it may be another one at the next start. */
    private static Map<String, String> listeners(String clients, String controller) {
        return Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(NODE_ID),
                "listeners",
                CLIENTS + "://" + clients + "," + CONTROLLER + "://" + controller,
                "advertised.listeners",
                CLIENTS + "://" + clients,
                "listener.security.protocol.map",
                CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT",
                "inter.broker.listener.name",
                CLIENTS,
                "controller.listener.names",
                CONTROLLER,
                "controller.quorum.voters",
                NODE_ID + "@" + controller);
    }

    private static final Map<String, String> SINGLE_COPY = Map.of(
            "default.replication.factor", "1",
            "min.insync.replicas", "1",
            "offsets.topic.replication.factor", "1",
            "offsets.topic.num.partitions", "4",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "4",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1",
            "share.coordinator.state.topic.num.partitions", "1");

    /**
     * A broker that died is registered again when its old session is over, hence the short session; an orderly stop ends
     * it at once, hence the controlled shutdown.
     */
    private static final Map<String, String> SMALL_AND_FAST = Map.of(
            "controlled.shutdown.enable", "true",
            "broker.session.timeout.ms", "3000",
            "broker.heartbeat.interval.ms", "500",
            "group.initial.rebalance.delay.ms", "0",
            "group.min.session.timeout.ms", "1000",
            "num.network.threads", "2",
            "num.io.threads", "4",
            "log.cleaner.dedupe.buffer.size", "4194304",
            "auto.create.topics.enable", "false");

    /** Replayed events are years old and synthetic ones may lie ahead of the clock; both are data, not mistakes. */
    private static final Map<String, String> ANY_EVENT_TIME = Map.of(
            "log.message.timestamp.type", "CreateTime",
            "log.message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE),
            "log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));

    private static String address(InetSocketAddress at) {
        return at.getAddress().getHostAddress() + ":" + at.getPort();
    }
}
