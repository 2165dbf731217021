package io.millrace.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The broker's two listening sockets, bound before it starts: its settings must name both ports, and a port that was
 * merely found free could be taken by somebody else in between.
 */
final class BoundSockets implements ServerSocketFactory, AutoCloseable {

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int BACKLOG = 50;

    private final ConcurrentHashMap<String, ServerSocketChannel> byListener = new ConcurrentHashMap<>();

    /** Binds a loopback socket for {@code listener}; a taken or zero {@code preferredPort} gives a free one. */
    InetSocketAddress bind(String listener, int preferredPort) throws IOException {
        ServerSocketChannel socket = preferredOrFree(preferredPort);
        byListener.put(listener, socket);
        return (InetSocketAddress) socket.getLocalAddress();
    }

    private static ServerSocketChannel preferredOrFree(int port) throws IOException {
        try {
            return open(port);
        } catch (BindException taken) {
            return open(0);
        }
    }

    private static ServerSocketChannel open(int port) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), BACKLOG);
            socket.configureBlocking(false);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Hands a bound socket over; from here on the broker closes it. */
    @Override
    public ServerSocketChannel openServerSocket(String listener, InetSocketAddress at, int backlog, int bufferBytes)
            throws IOException {
        ServerSocketChannel socket = byListener.remove(listener);
        if (socket == null) {
            throw new BindException("no socket was bound for listener " + listener + " at " + at);
        }
        return socket;
    }

    /** Closes the sockets that were not handed over. */
    @Override
    public void close() {
        byListener.values().forEach(BoundSockets::close);
        byListener.clear();
    }

    private static void close(ServerSocketChannel socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
