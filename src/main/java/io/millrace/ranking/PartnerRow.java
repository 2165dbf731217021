package io.millrace.ranking;

import java.util.Arrays;

/**
 * The items that were clicked together with one item, and how much: a hash table in one array, with linear probing, a
 * partner and its weight in one cell. So counting a pair, which happens twenty times a click in rows that lie anywhere,
 * waits for memory once. It grows by half, and never beyond what its bound needs: most rows are those of rare items, and
 * doubling would leave half of them half empty.
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

    /**
     * Adds to a partner's weight; a new partner of a full row makes the weakest quarter leave.
     *
     * @param bound most partners; it may become less
     */
    void add(int partner, float weight, int bound) {
        int at = find(partner);
        if (cells[at] != 0) {
            cells[at] = cell(partner, weight(cells[at]) + weight);
            return;
        }
        if (size >= bound) {
            keepStrongest(bound - bound / 4, longest(bound));
            at = find(partner);
        } else if (4 * (size + 1) > 3 * cells.length) {
            rebuild(cells, Math.min(cells.length + cells.length / 2, longest(bound)));
            at = find(partner);
        }
        cells[at] = cell(partner, weight);
        size++;
    }

    /** Cells of a row of so many partners: a quarter stays empty, or looking for a free one takes long. */
    private static int longest(int bound) {
        return bound + bound / 3 + 1;
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
        int at = home(partner, in.length);
        while (in[at] != 0 && partner(in[at]) != partner) {
            at = at + 1 == in.length ? 0 : at + 1;
        }
        return at;
    }

    /** Reads the cell where a partner would be first looked for. */
    long look(int partner) {
        return cells[home(partner, cells.length)];
    }

    /** The high half of hash times length: any length will do, and no division is needed. */
    private static int home(int partner, int length) {
        int hash = partner * 0x9E3779B9;
        return (int) (Integer.toUnsignedLong(hash) * length >>> 32);
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
    private void keepStrongest(int kept, int length) {
        long[] order = new long[size];
        int n = 0;
        for (long cell : cells) {
            if (cell != 0) {
                order[n++] = cell << 32 | ~(cell >>> 32) & 0xFFFFFFFFL;
            }
        }
        int count = size - kept;
        moveLeastToFront(order, count);
        for (int k = 0; k < kept; k++) {
            long strong = order[count + k];
            order[k] = ~strong << 32 | strong >>> 32;
        }
        rebuild(Arrays.copyOf(order, kept), Math.min(cells.length, length));
        size = kept;
    }

    /**
     * Brings the {@code count} least values before all others, in no order: full rows do this all the time, and need no
     * sorting for it. Source: Hoare, "Algorithm 65: Find", CACM 1961.
     */
    private static void moveLeastToFront(long[] values, int count) {
        int low = 0;
        int high = values.length - 1;
        while (low < high) {
            long pivot = values[(low + high) >>> 1];
            int up = low;
            int down = high;
            while (up <= down) {
                while (values[up] < pivot) {
                    up++;
                }
                while (values[down] > pivot) {
                    down--;
                }
                if (up <= down) {
                    long value = values[up];
                    values[up++] = values[down];
                    values[down--] = value;
                }
            }
            if (count <= down) {
                high = down;
            } else if (count >= up) {
                low = up;
            } else {
                return;
            }
        }
    }

    long stateBytes() {
        return 8L * cells.length + 48;
    }
}
