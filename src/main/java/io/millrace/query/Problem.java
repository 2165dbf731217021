package io.millrace.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * An answer that is not what was asked for: says what, why, and what to do about it.
 *
 * <p>Source: RFC 9457, "Problem Details for HTTP APIs"; {@code cure} is our extension member.
 */
final class Problem extends RuntimeException {

    static final String CONTENT_TYPE = "application/problem+json";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final String title;
    private final String detail;
    private final String cure;
    private final transient Map<String, String> headers;

    private Problem(int status, String type, String title, String detail, String cure, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.type = type;
        this.title = title;
        this.detail = detail;
        this.cure = cure;
        this.headers = headers;
    }

    static Problem badRequest(String detail, String cure) {
        return new Problem(400, "bad-request", "The request cannot be understood", detail, cure, Map.of());
    }

    static Problem unauthorized(String detail) {
        return new Problem(
                401,
                "unauthorized",
                "A bearer token is needed",
                detail,
                "Send the header Authorization: Bearer <token> with the token set as query.token.",
                Map.of("WWW-Authenticate", "Bearer realm=\"millrace\""));
    }

    static Problem notFound(String kind, String title, String detail, String cure) {
        return new Problem(404, kind, title, detail, cure, Map.of());
    }

    static Problem misdirected(Routing.Owner owner, String detail) {
        return new Problem(
                421,
                "not-the-owner",
                "Another instance owns this user",
                detail,
                "Send the query without " + Forwarder.HOP + " to any instance, or to the one in X-Millrace-Owner.",
                Map.of("X-Millrace-Owner", owner.available() ? owner.address() : "unknown", "Retry-After", "1"));
    }

    static Problem tooSlow(String detail) {
        return new Problem(
                408, "too-slow", "The body did not arrive in time", detail, "Send the body at once.", Map.of());
    }

    static Problem tooLarge(String detail) {
        return new Problem(
                413, "too-large", "The body is too large", detail, "Split the lists over several requests.", Map.of());
    }

    static Problem unavailable(String detail) {
        return new Problem(
                503,
                "unavailable",
                "The answer cannot be given right now",
                detail,
                "Try again after the seconds in Retry-After.",
                Map.of("Retry-After", "1"));
    }

    static Problem internal(String reference) {
        return new Problem(
                500,
                "internal",
                "Something went wrong here",
                "An error was logged under the reference " + reference + ".",
                "Look for the reference in the log of the instance in X-Served-By.",
                Map.of());
    }

    /** One for a status that the HTTP layer chose. */
    static Problem http(int status, String title, String detail, Map<String, String> headers) {
        return new Problem(status, "http-" + status, title, detail, "See /openapi.yaml for what is served.", headers);
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    byte[] body() {
        ObjectNode node = Json.object()
                .put("type", "urn:millrace:problem:" + type)
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .put("cure", cure);
        return Json.bytes(node);
    }
}
