package io.millrace.ranking;

import java.util.Arrays;

/**
 * The items that were clicked together with one item, and how much. Partners and weights are packed, so that adding the
 * row to an array of scores runs straight through them; a small hash table beside them finds a partner's place.
 */
final class PartnerRow {

    private int[] partners = new int[4];
    private float[] weights = new float[4];
    private int size;

    /** Places plus one, by hash of the partner with linear probing; empty while a look through the row is as fast. */
    private int[] table = new int[0];

    int size() {
        return size;
    }

    int partner(int k) {
        return partners[k];
    }

    float weight(int k) {
        return weights[k];
    }

    /** Adds to a partner's weight; a new partner of a full row makes the weakest quarter leave. */
    void add(int partner, float weight, int bound) {
        int place = find(partner);
        if (place >= 0) {
            weights[place] += weight;
            return;
        }
        if (size >= bound) {
            dropWeakest(bound / 4);
        }
        append(partner, weight);
    }

    /** scores[j] += c × weight of j. */
    void addTo(float[] scores, float c) {
        int[] js = partners;
        float[] ws = weights;
        int n = size;
        for (int k = 0; k < n; k++) {
            scores[js[k]] += c * ws[k];
        }
    }

    void scale(float factor) {
        for (int k = 0; k < size; k++) {
            weights[k] *= factor;
        }
    }

    void remove(int partner) {
        int place = find(partner);
        if (place >= 0) {
            size--;
            partners[place] = partners[size];
            weights[place] = weights[size];
            rebuild();
        }
    }

    private int find(int partner) {
        if (table.length == 0) {
            for (int k = 0; k < size; k++) {
                if (partners[k] == partner) {
                    return k;
                }
            }
            return -1;
        }
        int mask = table.length - 1;
        for (int at = home(partner, mask); ; at = (at + 1) & mask) {
            int place = table[at] - 1;
            if (place < 0 || partners[place] == partner) {
                return place;
            }
        }
    }

    private void append(int partner, float weight) {
        if (size == partners.length) {
            partners = Arrays.copyOf(partners, size * 2);
            weights = Arrays.copyOf(weights, size * 2);
        }
        partners[size] = partner;
        weights[size++] = weight;
        if (size > 8 && size * 2 > table.length) {
            rebuild();
        } else if (table.length > 0) {
            index(size - 1);
        }
    }

    private void rebuild() {
        table = size > 8 ? new int[Integer.highestOneBit(size) * 4] : new int[0];
        for (int k = 0; k < size && table.length > 0; k++) {
            index(k);
        }
    }

    private void index(int place) {
        int mask = table.length - 1;
        int at = home(partners[place], mask);
        while (table[at] != 0) {
            at = (at + 1) & mask;
        }
        table[at] = place + 1;
    }

    private static int home(int partner, int mask) {
        int h = partner * 0x9E3779B9;
        return (h ^ h >>> 15) & mask;
    }

    /** Ties leave by higher slot first, so what stays does not depend on the order of adding. */
    private void dropWeakest(int count) {
        long[] order = new long[size];
        for (int k = 0; k < size; k++) {
            order[k] = (long) Float.floatToIntBits(weights[k]) << 32 | ~partners[k] & 0xFFFFFFFFL;
        }
        Arrays.sort(order);
        size = 0;
        for (int k = order.length - 1; k >= count; k--) {
            partners[size] = ~(int) order[k];
            weights[size++] = Float.intBitsToFloat((int) (order[k] >>> 32));
        }
        rebuild();
    }

    long stateBytes() {
        return 8L * partners.length + 4L * table.length + 64;
    }
}
