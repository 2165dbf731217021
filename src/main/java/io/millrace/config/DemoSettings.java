package io.millrace.config;

/**
 * The synthetic stream of the demo.
 *
 * @param users 10 to 10 million
 * @param items 10 to 1 million
 * @param rate events per second; 1 to 100,000
 * @param seed of the stream
 * @param brokerPort of the embedded broker, another when it is in use; 0 to 65,535, 0 takes a free one
 */
public record DemoSettings(int users, int items, int rate, long seed, int brokerPort) {

    public DemoSettings {
        Ranges check = new Ranges("demo");
        check.in(users, "users", 10, 10_000_000);
        check.in(items, "items", 10, 1_000_000);
        check.in(rate, "rate", 1, 100_000);
        check.in(brokerPort, "broker-port", 0, 65_535);
        check.done();
    }
}
