package io.millrace.codec;

import io.millrace.event.EntityId;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing buffer of JSON in UTF-8. Equal values give equal bytes on every JVM, which {@code Double.toString} does not
 * promise (it changed in Java 19), so numbers are written here.
 */
final class JsonBytes {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final MathContext NINE_DIGITS = new MathContext(9);
    private static final long[] POWERS = powers();

    /** The last digit of each number below a hundred, and the one before it. */
    private static final byte[] ONES = new byte[100];

    private static final byte[] TENS = new byte[100];

    static {
        for (int k = 0; k < 100; k++) {
            ONES[k] = (byte) ('0' + k % 10);
            TENS[k] = (byte) ('0' + k / 10);
        }
    }

    private byte[] bytes = new byte[1024];
    private int size;

    void clear() {
        size = 0;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, size);
    }

    /** Appends bytes that are JSON already. */
    void raw(byte[] json) {
        reserve(json.length);
        System.arraycopy(json, 0, bytes, size, json.length);
        size += json.length;
    }

    void raw(char ascii) {
        reserve(1);
        bytes[size++] = (byte) ascii;
    }

    /** Appends a quoted text; half a surrogate pair, which has no UTF-8, becomes a question mark. */
    void text(String text) {
        text(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends a quoted id. */
    void text(EntityId id) {
        text(id.utf8());
    }

    private void text(byte[] utf8) {
        reserve(2 + 6 * utf8.length);
        byte[] to = bytes; // there is room for all of it, so this stays the buffer
        int at = size;
        to[at++] = '"';
        for (byte unit : utf8) {
            if (unit >= 0 && isEscaped((char) unit)) {
                size = at;
                escaped((char) unit);
                at = size;
            } else {
                to[at++] = unit;
            }
        }
        to[at++] = '"';
        size = at;
    }

    private static boolean isEscaped(char c) {
        return c < 0x20 || c == '"' || c == '\\';
    }

    private void escaped(char c) {
        bytes[size++] = '\\';
        if (c >= 0x20) {
            bytes[size++] = (byte) c;
            return;
        }
        bytes[size++] = 'u';
        bytes[size++] = '0';
        bytes[size++] = '0';
        bytes[size++] = HEX[c >> 4];
        bytes[size++] = HEX[c & 15];
    }

    void number(long value) {
        if (value == Long.MIN_VALUE) {
            raw(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
            return;
        }
        reserve(20);
        if (value < 0) {
            bytes[size++] = '-';
        }
        digits(Math.abs(value), count(Math.abs(value)));
    }

    /** Appends the shortest decimal of at most nine digits that reads back as this float; it must be finite. */
    void number(float value) {
        if (value == (int) value) {
            number((long) (int) value);
            return;
        }
        float size = Math.abs(value);
        for (int decimals = 1; decimals <= 9 && size < 1_000_000 && size >= 1e-3f; decimals++) {
            long scaled = Math.round((double) size * POWERS[decimals]);
            if ((float) ((double) scaled / POWERS[decimals]) == size) {
                decimal(value < 0, scaled, decimals);
                return;
            }
        }
        number((double) value);
    }

    /** Appends nine significant digits, without trailing zeros; {@code null} when not finite. */
    void number(double value) {
        double size = Math.abs(value);
        if (!(size <= Double.MAX_VALUE)) {
            raw(NULL);
        } else if (size >= 1e-3 && size < 1e8) {
            int decimals = 9 - count((long) size) + (size < 1 ? zerosAfterPoint(size) + 1 : 0);
            decimal(value < 0, Math.round(size * POWERS[decimals]), decimals);
        } else if (size == 0) {
            raw('0');
        } else {
            raw(new BigDecimal(value)
                    .round(NINE_DIGITS)
                    .stripTrailingZeros()
                    .toString()
                    .getBytes(StandardCharsets.US_ASCII));
        }
    }

    static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private static int zerosAfterPoint(double belowOne) {
        return belowOne >= 0.1 ? 0 : belowOne >= 0.01 ? 1 : 2;
    }

    /** Appends scaled / 10^decimals. */
    private void decimal(boolean negative, long scaled, int decimals) {
        reserve(24);
        if (negative && scaled != 0) {
            bytes[size++] = '-';
        }
        long whole = scaled / POWERS[decimals];
        digits(whole, count(whole));
        long fraction = scaled % POWERS[decimals];
        if (fraction != 0) {
            bytes[size++] = '.';
            digits(fraction, decimals);
            while (bytes[size - 1] == '0') {
                size--;
            }
        }
    }

    /** Appends {@code count} digits, zeros in front. */
    private void digits(long value, int count) {
        long rest = value;
        int at = size + count;
        for (; at > size + 1; at -= 2) {
            int pair = (int) (rest % 100);
            bytes[at - 1] = ONES[pair];
            bytes[at - 2] = TENS[pair];
            rest /= 100;
        }
        if (at > size) {
            bytes[size] = (byte) ('0' + rest % 10);
        }
        size += count;
    }

    /** Decimal digits of a number that is not negative: 1233 / 4096 is just above the logarithm of 2 to base 10. */
    private static int count(long value) {
        int least = (Long.SIZE - Long.numberOfLeadingZeros(value | 1)) * 1233 >> 12;
        return value < POWERS[least] ? Math.max(1, least) : least + 1;
    }

    /** Those of ten that a long holds. */
    private static long[] powers() {
        long[] powers = new long[19];
        powers[0] = 1;
        for (int k = 1; k < powers.length; k++) {
            powers[k] = 10 * powers[k - 1];
        }
        return powers;
    }

    /** Makes room for so many bytes more. */
    void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }
}
