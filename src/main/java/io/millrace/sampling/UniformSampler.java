package io.millrace.sampling;

/**
 * Every item is equally likely: q(j) = 1 / N.
 *
 * <p>Source: Rendle, Freudenthaler, Gantner and Schmidt-Thieme, "BPR", UAI 2009, section 4.2.
 */
public final class UniformSampler implements Proposal {

    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public QKind qKind() {
        return QKind.EXACT;
    }

    /** Slots of retired items are holes; they are drawn over. */
    @Override
    public int draw(Draw draw) {
        Catalog catalog = draw.catalog();
        if (catalog.size() == 0) {
            return -1;
        }
        while (true) {
            int slot = draw.random().nextInt(catalog.slots());
            if (catalog.isActive(slot)) {
                return slot;
            }
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        Catalog catalog = draw.catalog();
        return slot < catalog.slots() && catalog.isActive(slot) ? 1.0 / catalog.size() : 0;
    }
}
