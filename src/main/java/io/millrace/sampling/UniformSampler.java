package io.millrace.sampling;

/**
 * Every item is equally likely: q(j) = 1 / N.
 *
 * <p>Source: Rendle, Freudenthaler, Gantner and Schmidt-Thieme, "BPR", UAI 2009, section 4.2.
 */
public final class UniformSampler implements Proposal {

    private static final int MAX_TRIES = 16;

    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public QKind qKind() {
        return QKind.EXACT;
    }

    /** Draws over the holes that retired items left, and counts its way to an item where holes are most of it. */
    @Override
    public int draw(Draw draw) {
        Catalog catalog = draw.catalog();
        if (catalog.size() == 0) {
            return -1;
        }
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            int slot = draw.random().nextInt(catalog.slots());
            if (catalog.isActive(slot)) {
                return slot;
            }
        }
        return catalog.activeAt(draw.random().nextInt(catalog.size()));
    }

    @Override
    public void draw(Draw draw, int count, int[] slots, double[] q) {
        double even = 1.0 / draw.catalog().size();
        for (int k = 0; k < count; k++) {
            slots[k] = draw(draw);
            q[k] = even;
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        Catalog catalog = draw.catalog();
        return catalog.isActive(slot) ? 1.0 / catalog.size() : 0;
    }
}
