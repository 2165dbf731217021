package io.millrace.ranking;

import java.util.Arrays;

/**
 * The items that were clicked together with one item, and how much: a hash table in one array, with linear probing, a
 * partner and its weight in one cell. So counting a pair, which happens twenty times a click in rows that lie anywhere,
 * waits for memory once.
 *
 * <pre>
 *   cell   partner, 32 bits | weight, a float above 0; 0 when empty
 * </pre>
 */
final class PartnerRow {

    private long[] cells = new long[4];
    private int size;

    int size() {
        return size;
    }

    /** The cells that are not empty, by partner: where they lie in the row depends on how it grew. */
    long[] sorted() {
        long[] full = new long[size];
        int n = 0;
        for (long cell : cells) {
            if (cell != 0) {
                full[n++] = cell;
            }
        }
        Arrays.sort(full);
        return full;
    }

    static int partner(long cell) {
        return (int) (cell >>> 32);
    }

    static float weight(long cell) {
        return Float.intBitsToFloat((int) cell);
    }

    /** Adds to a partner's weight; a new partner of a full row makes the weakest quarter leave. */
    void add(int partner, float weight, int bound) {
        int at = find(partner);
        if (cells[at] != 0) {
            cells[at] = cell(partner, weight(cells[at]) + weight);
            return;
        }
        if (size >= bound) {
            dropWeakest(bound / 4);
            at = find(partner);
        } else if (4 * (size + 1) > 3 * cells.length) {
            rebuild(cells, cells.length * 2);
            at = find(partner);
        }
        cells[at] = cell(partner, weight);
        size++;
    }

    /** A weight that would vanish stays just above 0, or its cell could be taken for an empty one. */
    private static long cell(int partner, float weight) {
        return (long) partner << 32 | Float.floatToRawIntBits(Math.max(Float.MIN_VALUE, weight));
    }

    /** scores[j] += c × weight of j; an empty cell adds 0 to the first. */
    void addTo(float[] scores, float c) {
        for (long cell : cells) {
            scores[partner(cell)] += c * weight(cell);
        }
    }

    void scale(float factor) {
        for (int at = 0; at < cells.length; at++) {
            if (cells[at] != 0) {
                cells[at] = cell(partner(cells[at]), weight(cells[at]) * factor);
            }
        }
    }

    void remove(int partner) {
        int at = find(partner);
        if (cells[at] != 0) {
            cells[at] = 0;
            size--;
            rebuild(cells, cells.length);
        }
    }

    /** The cell of a partner, or the empty one where it belongs. */
    private int find(int partner) {
        long[] in = cells;
        int mask = in.length - 1;
        int at = home(partner) & mask;
        while (in[at] != 0 && partner(in[at]) != partner) {
            at = (at + 1) & mask;
        }
        return at;
    }

    /** Reads the cell where a partner would be first looked for. */
    long look(int partner) {
        return cells[home(partner) & cells.length - 1];
    }

    private static int home(int partner) {
        int h = partner * 0x9E3779B9;
        return h ^ h >>> 15;
    }

    private void rebuild(long[] from, int length) {
        cells = new long[length];
        for (long cell : from) {
            if (cell != 0) {
                cells[find(partner(cell))] = cell;
            }
        }
    }

    /** Ties leave by higher slot first, so what stays does not depend on the order of adding. */
    private void dropWeakest(int count) {
        long[] order = sorted();
        for (int k = 0; k < size; k++) {
            order[k] = order[k] << 32 | ~(order[k] >>> 32) & 0xFFFFFFFFL;
        }
        Arrays.sort(order);
        int kept = size - count;
        for (int k = 0; k < kept; k++) {
            long weak = order[count + k];
            order[k] = ~weak << 32 | weak >>> 32;
        }
        rebuild(Arrays.copyOf(order, kept), cells.length);
        size = kept;
    }

    long stateBytes() {
        return 8L * cells.length + 48;
    }
}
