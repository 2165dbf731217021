package io.millrace.query;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** The token a query must carry, kept as its SHA-256 and compared in a time that does not depend on where they differ. */
final class BearerToken {

    private static final String SCHEME = "Bearer ";

    private final byte @Nullable [] digest;

    /** @param token empty when none is needed */
    BearerToken(String token) {
        digest = token.isEmpty() ? null : sha256(token);
    }

    /** @throws Problem when {@code authorization} does not carry the token */
    void check(@Nullable String authorization) {
        if (digest == null) {
            return;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Problem.unauthorized("The request carries no bearer token.");
        }
        String given = authorization.substring(SCHEME.length()).strip();
        if (!MessageDigest.isEqual(digest, sha256(given))) {
            throw Problem.unauthorized("The bearer token is not the one this server was given.");
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
