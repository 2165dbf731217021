package io.millrace.query;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Strict percent-decoding: a broken escape or bytes that are not UTF-8 are refused, not replaced. */
final class Percent {

    private static final String ILLEGAL = "\"<>[]\\^`{|}#";

    private Percent() {}

    /** Decodes a part of a query string, where {@code +} is a space. */
    static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text.replace('+', ' ');
        }
        return utf8(bytes(text.replace('+', ' ')), text);
    }

    /** Decodes a segment of a path, where {@code +} is itself. */
    static String decodePath(String text) {
        return text.indexOf('%') < 0 ? text : utf8(bytes(text), text);
    }

    /** Escapes what servers accept raw but a URI may not hold; escapes that are there stay. */
    static String legal(String raw) {
        StringBuilder legal = new StringBuilder(raw.length());
        for (byte b : raw.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 127 && ILLEGAL.indexOf(b) < 0) {
                legal.append((char) b);
            } else {
                legal.append(String.format(Locale.ROOT, "%%%02X", b & 0xFF));
            }
        }
        return legal.toString();
    }

    private static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                out.write(raw[i]);
            } else {
                out.write(escape(raw, i, text));
                i += 2;
            }
        }
        return out.toByteArray();
    }

    private static int escape(byte[] raw, int at, String text) {
        int high = at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
        int low = at + 2 < raw.length ? Character.digit(raw[at + 2], 16) : -1;
        if (high < 0 || low < 0) {
            throw Problem.badRequest("\"" + text + "\" has a broken % escape", "Percent-encode ids, % itself as %25.");
        }
        return high * 16 + low;
    }

    private static String utf8(byte[] bytes, String text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Problem.badRequest("\"" + text + "\" is not UTF-8", "Encode ids as UTF-8, then percent-encode them.");
        }
    }
}
