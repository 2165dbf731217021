package io.millrace.sampling;

/**
 * One set of negatives for all positives of a micro-batch: drawn for its first row, and taken by the others. The law and
 * q are the base's; what is excluded for one row is excluded for all, so a row learns nothing wrong from the set that was
 * drawn for another.
 *
 * <p>Source: Chen, Sun, Shi and Hong, "On Sampling Strategies for Neural Network-based Collaborative Filtering", KDD 2017
 * (negative sharing).
 */
final class BatchSharedSampler implements Sampler {

    private final Sampler base;
    private final Negatives shared = new Negatives();
    private long number = Long.MIN_VALUE;

    BatchSharedSampler(Sampler base) {
        this.base = base;
    }

    @Override
    public String name() {
        return base.name();
    }

    @Override
    public QKind qKind() {
        return base.qKind();
    }

    @Override
    public boolean fullSupport() {
        return base.fullSupport();
    }

    @Override
    public boolean needsBatch() {
        return true;
    }

    @Override
    public boolean drawsForWholeBatch() {
        return true;
    }

    @Override
    public boolean canDraw(Draw draw) {
        return base.canDraw(draw);
    }

    @Override
    public int draw(Draw draw) {
        return base.draw(draw);
    }

    @Override
    public void sample(Draw draw, int count, Negatives into) {
        Batch batch = draw.batch();
        if (batch == null) {
            base.sample(draw, count, into);
            return;
        }
        if (batch.number() != number) {
            number = batch.number();
            shared.clear();
            base.sample(draw, count, shared);
        }
        for (int k = 0; k < shared.size(); k++) {
            int slot = shared.slot(k);
            if (draw.catalog().isActive(slot) && !draw.exclusions().contains(slot)) {
                into.add(slot, shared.q(k), shared.weight(k), shared.sampler(k));
            }
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        return base.probability(draw, slot);
    }

    @Override
    public boolean knowsPositive() {
        return base.knowsPositive();
    }

    @Override
    public double positiveProbability(Draw draw) {
        return base.positiveProbability(draw);
    }

    @Override
    public long stateBytes() {
        return base.stateBytes();
    }
}
