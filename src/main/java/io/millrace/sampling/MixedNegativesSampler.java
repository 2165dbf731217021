package io.millrace.sampling;

/**
 * The other positives of the micro-batch, and B' uniform items that all its rows share, so that items nobody clicks are
 * negatives too. With B columns left of the batch and B' of the uniform items,
 *
 * <pre>
 *   q(j) = B / (B + B') · p_j + B' / (B + B') · 1 / N
 * </pre>
 *
 * <p>over what is not excluded. Without uniform items this is {@link InBatchSampler}.
 *
 * <p>Source: Yang et al., "Mixed Negative Sampling for Learning Two-tower Neural Networks in Recommendations", WWW 2020.
 */
final class MixedNegativesSampler implements Sampler {

    private final PositiveShare shares;
    private final int uniformCount;
    private final UniformSampler uniform = new UniformSampler();
    private final BatchColumns columns = new BatchColumns();
    private final int[] shared;
    private int sharedCount;
    private long batch = Long.MIN_VALUE;
    private long context = -1;
    private int kept;
    private int eligible;

    /** @param uniformCount B' */
    MixedNegativesSampler(PositiveShare shares, int uniformCount) {
        this.shares = shares;
        this.uniformCount = uniformCount;
        shared = new int[uniformCount];
    }

    @Override
    public String name() {
        return "mns";
    }

    @Override
    public QKind qKind() {
        return QKind.ESTIMATED;
    }

    @Override
    public boolean fullSupport() {
        return uniformCount > 0;
    }

    @Override
    public boolean needsBatch() {
        return true;
    }

    @Override
    public boolean canDraw(Draw draw) {
        enter(draw);
        return columns.size() + kept > 0;
    }

    @Override
    public int draw(Draw draw) {
        if (!canDraw(draw)) {
            return NO_ELIGIBLE_ITEM;
        }
        int at = draw.random().nextInt(columns.size() + kept);
        draw.drawnBy(at < columns.size() ? "in-batch" : "uniform");
        return at < columns.size() ? columns.slot(at) : keptUniform(draw, at - columns.size());
    }

    private int keptUniform(Draw draw, int k) {
        int left = k;
        for (int at = 0; ; at++) {
            if (isKept(draw, shared[at]) && left-- == 0) {
                return shared[at];
            }
        }
    }

    private static boolean isKept(Draw draw, int slot) {
        return draw.catalog().isActive(slot) && !draw.exclusions().contains(slot);
    }

    /** Adds all columns of the row, whatever {@code count} is. */
    @Override
    public void sample(Draw draw, int count, Negatives into) {
        enter(draw);
        for (int k = 0; k < columns.size(); k++) {
            into.add(columns.slot(k), probability(draw, columns.slot(k)), 1f, "in-batch");
        }
        for (int k = 0; k < sharedCount; k++) {
            if (isKept(draw, shared[k])) {
                into.add(shared[k], probability(draw, shared[k]), 1f, "uniform");
            }
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        enter(draw);
        int all = columns.size() + kept;
        if (all == 0 || !isKept(draw, slot)) {
            return 0;
        }
        double ofBatch = columns.size() * Math.min(1, shares.share(slot) / columns.shareEligible());
        return (ofBatch + (double) kept / eligible) / all;
    }

    private void enter(Draw draw) {
        if (draw.contexts() == context) {
            return;
        }
        context = draw.contexts();
        columns.find(draw, shares);
        Batch of = draw.batch();
        if (of == null) {
            sharedCount = 0;
        } else if (of.number() != batch) {
            batch = of.number();
            share(draw);
        }
        kept = 0;
        for (int k = 0; k < sharedCount; k++) {
            kept += isKept(draw, shared[k]) ? 1 : 0;
        }
        eligible = draw.catalog().size();
        for (int k = 0; k < draw.exclusions().size(); k++) {
            eligible -= draw.catalog().isActive(draw.exclusions().slot(k)) ? 1 : 0;
        }
    }

    /** Draws the items all rows share; where B' is no less than N, every item once. */
    private void share(Draw draw) {
        Catalog catalog = draw.catalog();
        sharedCount = Math.min(uniformCount, catalog.size());
        for (int k = 0; k < sharedCount; k++) {
            shared[k] = uniformCount >= catalog.size() ? catalog.activeAt(k) : uniform.draw(draw);
        }
    }
}
