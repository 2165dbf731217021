package io.millrace.query;

import io.millrace.event.InvalidSetting;
import java.util.regex.Pattern;

/**
 * The HTTP server of an instance. Defaults are in {@code reference.yaml}.
 *
 * @param host address to bind; anything but loopback needs a token, or {@code insecure}
 * @param port 0 to 65535; 0 takes a free one
 * @param advertised host:port at which other instances reach this one; empty for the bound host and port
 * @param token bearer token that queries must carry; empty for none, else 16 to 1024 printable characters
 * @param insecure true to serve off loopback without a token
 * @param maxK largest k of a query; 1 to 100,000
 * @param timeoutMs what a query may take, waiting and the hop to the owner included, milliseconds; 10 to 60,000
 * @param threads that serve requests; 8 to 512
 */
public record QueryConfig(
        String host,
        int port,
        String advertised,
        String token,
        boolean insecure,
        int maxK,
        int timeoutMs,
        int threads) {

    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\s/]+):(\\d{1,5})");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{16,1024}");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");

    public QueryConfig {
        new InvalidSetting.Check()
                .require(!host.isBlank(), "query.host", "\"" + host + "\"", "an address to bind, such as 127.0.0.1")
                .require(port >= 0 && port <= 65535, "query.port", port, "0 to 65535")
                .require(
                        advertised.isEmpty() || ADDRESS.matcher(advertised).matches(),
                        "query.advertised",
                        advertised,
                        "host:port, or empty")
                .require(
                        token.isEmpty() || TOKEN.matcher(token).matches(),
                        "query.token",
                        token.length() + " characters",
                        "16 to 1024 printable ASCII characters without spaces, or empty")
                .require(
                        insecure || !token.isEmpty() || isLoopback(host),
                        "query.host",
                        host,
                        "127.0.0.1 unless query.token is set (or query.insecure is true, if the network is trusted)")
                .require(maxK >= 1 && maxK <= 100_000, "query.max-k", maxK, "1 to 100000")
                .require(timeoutMs >= 10 && timeoutMs <= 60_000, "query.timeout", timeoutMs, "10 to 60000")
                .require(threads >= 8 && threads <= 512, "query.threads", threads, "8 to 512")
                .done();
    }

    /** Names are not looked up: only what is loopback by its text counts. */
    private static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /** Everything but the token. */
    @Override
    public String toString() {
        return "QueryConfig[host=" + host + ", port=" + port + ", advertised=" + advertised + ", token="
                + (token.isEmpty() ? "none" : "set") + ", insecure=" + insecure + ", maxK=" + maxK + ", timeoutMs="
                + timeoutMs + ", threads=" + threads + "]";
    }
}
