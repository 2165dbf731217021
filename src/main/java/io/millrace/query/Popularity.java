package io.millrace.query;

/**
 * The order for whom nothing is known of: decayed clicks; and the items' biases while nothing has been clicked. One
 * object per query, for it remembers which of the two it took.
 */
final class Popularity implements Scans.Fill {

    private final ItemIndex items;
    private String rankedBy = "popularity";

    Popularity(ItemIndex items) {
        this.items = items;
    }

    @Override
    public int into(float[] out) {
        int n = items.popularityAll(out);
        for (int slot = 0; slot < n; slot++) {
            if (out[slot] > 0) {
                return n;
            }
        }
        rankedBy = "bias";
        return items.biasAll(out);
    }

    String rankedBy() {
        return rankedBy;
    }
}
