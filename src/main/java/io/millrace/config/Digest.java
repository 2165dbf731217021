package io.millrace.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A short name for what would be learned. */
final class Digest {

    /** Sections that change what is learned from given events. */
    private static final Set<String> SECTIONS = Set.of(
            "attribution",
            "actions",
            "history",
            "popularity",
            "sampling",
            "learning",
            "positives",
            "calibration",
            "items",
            "evaluation",
            "ranking",
            "blend",
            "co-occurrence");

    private static final int HEX_DIGITS = 16;

    private Digest() {}

    static String of(Map<String, Object> values) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(values).forEach((key, value) -> {
            if (SECTIONS.contains(key.replaceFirst("\\..*", ""))) {
                text.append(key).append('=').append(value).append('\n');
            }
        });
        return HexFormat.of().formatHex(sha256(text.toString())).substring(0, HEX_DIGITS);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
