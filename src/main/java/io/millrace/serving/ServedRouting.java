package io.millrace.serving;

import io.millrace.query.Routing;
import io.millrace.query.Unavailable;
import io.millrace.topology.MillraceInstance;
import java.util.List;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;

/** Owners of users, as the last rebalance assigned them. */
public final class ServedRouting implements Routing {

    private final MillraceInstance instance;
    private final HostInfo self;

    /** @param self what this instance advertises */
    public ServedRouting(MillraceInstance instance, HostInfo self) {
        this.instance = instance;
        this.self = self;
    }

    @Override
    public Owner ownerOf(String user) {
        try {
            KeyQueryMetadata found = instance.ownerOf(user);
            if (found == null
                    || found.equals(KeyQueryMetadata.NOT_AVAILABLE)
                    || found.activeHost().equals(HostInfo.unavailable())) {
                return Owner.unknown(found == null ? -1 : found.partition());
            }
            HostInfo owner = found.activeHost();
            return new Owner(owner.host(), owner.port(), found.partition(), owner.equals(self), true);
        } catch (IllegalStateException e) {
            throw new Unavailable("the streams of this instance are not running");
        }
    }

    @Override
    public List<Instance> instances() {
        return instance.instances().stream().map(this::instance).toList();
    }

    private Instance instance(StreamsMetadata metadata) {
        HostInfo host = metadata.hostInfo();
        List<Integer> partitions = metadata.topicPartitions().stream()
                .filter(partition -> partition.topic().equals(instance.clicksTopic()))
                .map(partition -> partition.partition())
                .sorted()
                .toList();
        return new Instance(host.host(), host.port(), host.equals(self), partitions);
    }
}
