package io.millrace.config;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where queries are answered, and whose.
 *
 * @param host address to bind to; off loopback only with a token or when insecure
 * @param port 0 to 65,535; 0 takes a free one
 * @param advertised host:port where other instances reach this one; empty when it follows from host and port
 * @param token secret of each request, 16 to 1,024 printable characters; empty when none is asked for
 * @param insecure true answers anyone who reaches the port
 * @param maxK most items of one answer; 1 to 100,000
 * @param timeoutMs a request that takes longer is given up, milliseconds; 10 to 60,000
 * @param threads that serve requests; 8 to 512
 */
public record QuerySettings(
        String host,
        int port,
        String advertised,
        String token,
        boolean insecure,
        int maxK,
        long timeoutMs,
        int threads) {

    private static final Pattern HOST_PORT = Pattern.compile("([^\\s:]+|\\[[0-9a-fA-F:.%]+]):(\\d{1,5})");

    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{16,1024}");

    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "[::]");

    public QuerySettings {
        Ranges check = new Ranges("query");
        check.that(!host.isBlank(), "host", "\"\"", "an address or a host name");
        check.that(
                isLoopback(host) || insecure || !token.isEmpty(),
                "host",
                host,
                "a loopback address, or query.token to be set, or query.insecure to be true");
        check.in(port, "port", 0, 65_535);
        check.that(
                advertised.isEmpty() || isHostPort(advertised),
                "advertised",
                advertised,
                "host:port, such as node-1:8080");
        check.that(
                token.isEmpty() || TOKEN.matcher(token).matches(),
                "token",
                token.length() + " characters",
                "16 to 1024 printable characters without spaces");
        check.in(maxK, "max-k", 1, 100_000);
        check.durationIn(timeoutMs, "timeout", "10ms", "1m");
        check.in(threads, "threads", 8, 512);
        check.done();
    }

    /**
     * Where other instances reach this one, as host:port.
     *
     * @param boundPort the port that was bound, in case any was asked for
     */
    public String advertised(int boundPort) {
        if (!advertised.isEmpty()) {
            return advertised;
        }
        String reachable = EVERYWHERE.contains(host) ? HostName.get() : host;
        boolean bare = reachable.contains(":") && !reachable.startsWith("[");
        return (bare ? "[" + reachable + "]" : reachable) + ":" + boundPort;
    }

    private static boolean isLoopback(String host) {
        return host.startsWith("127.") || Set.of("localhost", "::1", "[::1]").contains(host);
    }

    private static boolean isHostPort(String text) {
        Matcher matcher = HOST_PORT.matcher(text);
        return matcher.matches() && Integer.parseInt(matcher.group(2)) <= 65_535;
    }

    @Override
    public String toString() {
        return "QuerySettings[" + host + ":" + port + (token.isEmpty() ? "" : ", with a token") + "]";
    }
}
