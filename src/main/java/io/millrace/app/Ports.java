package io.millrace.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Which port a server gets, decided before the streams are told where they can be reached. */
final class Ports {

    private Ports() {}

    /** The preferred port if it is free on the host, else any free one; a preference of 0 is for any. */
    static int freeOr(String host, int preferred) {
        if (preferred != 0 && isFree(host, preferred)) {
            return preferred;
        }
        return any(host);
    }

    static int any(String host) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + host, e);
        }
    }

    private static boolean isFree(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
