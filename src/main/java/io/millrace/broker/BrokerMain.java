package io.millrace.broker;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * The embedded broker as a process of its own, for tests and load tests that must not share a JVM with it.
 *
 * <p>Arguments: directory and preferred port. Prints {@code ready host:port} and runs until it is killed; a signal it can
 * see stops it in order.
 */
public final class BrokerMain {

    private BrokerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2) {
            System.err.println("arguments = " + arguments.length + ", expected 2: directory port");
            System.exit(2);
        }
        EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        CountDownLatch killed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop-broker"));
        System.out.println("ready " + broker.bootstrapServers());
        System.out.flush();
        killed.await();
    }
}
