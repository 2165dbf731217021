package io.millrace.query;

import java.util.List;

/** Which instance owns which user. Any thread may ask. */
public interface Routing {

    /**
     * The owner of a user's row.
     *
     * @param host of its HTTP server, as it advertises itself
     * @param port of its HTTP server
     * @param partition that the user belongs to; -1 when not known
     * @param local true when this instance is the owner
     * @param available false while nobody owns the partition, as in a rebalance; host and port are then not used
     */
    record Owner(String host, int port, int partition, boolean local, boolean available) {

        /** Nobody can answer for the partition now. */
        public static Owner unknown(int partition) {
            return new Owner("", 0, partition, false, false);
        }

        String address() {
            boolean bare6 = host.indexOf(':') >= 0 && !host.startsWith("[");
            return (bare6 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * An instance of the application.
     *
     * @param partitions of the users it owns, ascending
     */
    record Instance(String host, int port, boolean local, List<Integer> partitions) {}

    /** @throws Unavailable when it cannot be told now */
    Owner ownerOf(String user);

    /** All instances that are known now, this one included. */
    List<Instance> instances();
}
