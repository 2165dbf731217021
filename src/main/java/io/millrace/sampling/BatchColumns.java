package io.millrace.sampling;

/**
 * The rows of a micro-batch whose items may be negatives of one row: not those of the same item, of the same user, of an
 * item that is excluded or has gone. What may not be is left out altogether, so it has no gradient at all.
 */
final class BatchColumns {

    private int[] slots = new int[64];
    private float[] scores = new float[64];
    private int size;
    private long context = -1;
    private double shareEligible;

    int size() {
        return size;
    }

    int slot(int k) {
        return slots[k];
    }

    /** 1 - Σ of the shares of what is excluded. */
    double shareEligible() {
        return shareEligible;
    }

    /** Finds the columns of the present context, once. */
    void find(Draw draw, PositiveShare shares) {
        if (draw.contexts() == context) {
            return;
        }
        context = draw.contexts();
        size = 0;
        Batch batch = draw.batch();
        for (int row = 0; batch != null && row < batch.size(); row++) {
            int slot = batch.item(row);
            boolean masked = row == draw.batchRow() || batch.user(row) == draw.user() || slot < 0;
            if (!masked && draw.catalog().isActive(slot) && !draw.exclusions().contains(slot)) {
                add(slot);
            }
        }
        double excluded = 0;
        for (int k = 0; k < draw.exclusions().size(); k++) {
            int slot = draw.exclusions().slot(k);
            excluded += draw.catalog().isActive(slot) ? shares.share(slot) : 0;
        }
        shareEligible = Math.max(1e-6, 1 - excluded);
    }

    private void add(int slot) {
        if (size == slots.length) {
            slots = java.util.Arrays.copyOf(slots, size * 2);
            scores = new float[size * 2];
        }
        slots[size++] = slot;
    }

    /** Leaves the so many columns the model scores highest. */
    void keepHardest(int most, Draw draw) {
        if (most == 0 || size <= most) {
            return;
        }
        for (int k = 0; k < size; k++) {
            scores[k] = draw.scorer().score(slots[k]);
        }
        Selection.rank(scores, slots, 0, size, most - 1);
        size = most;
    }

    /** Leaves so many, chosen evenly without replacement. */
    void keepAny(int most, Draw draw) {
        if (most == 0 || size <= most) {
            return;
        }
        for (int k = 0; k < most; k++) {
            int at = k + draw.random().nextInt(size - k);
            int slot = slots[at];
            slots[at] = slots[k];
            slots[k] = slot;
        }
        size = most;
    }
}
