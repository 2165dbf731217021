package io.millrace.sampling;

/**
 * The other positives of the micro-batch are the negatives, at no further row reads. They follow the law of positives in
 * the stream at present,
 *
 * <pre>
 *   q(j) = p_j / (1 - P(E)),   p_j the share of j in the positives
 * </pre>
 *
 * <p>so popular items are over-corrected against unless the loss takes q into account. Items nobody clicks lately are
 * never among them; see {@link MixedNegativesSampler}.
 *
 * <p>Source: Huang et al., "Learning Deep Structured Semantic Models for Web Search", CIKM 2013; Yi et al., RecSys 2019,
 * for the correction.
 */
final class InBatchSampler implements Sampler {

    private final PositiveShare shares;
    private final int most;
    private final int hardest;
    private final BatchColumns columns = new BatchColumns();

    /**
     * @param most columns per row, chosen evenly; 0 for all
     * @param hardest columns per row that the model scores highest; 0 for all
     */
    InBatchSampler(PositiveShare shares, int most, int hardest) {
        this.shares = shares;
        this.most = most;
        this.hardest = hardest;
    }

    @Override
    public String name() {
        return "in-batch";
    }

    @Override
    public QKind qKind() {
        return hardest > 0 ? QKind.NONE : QKind.ESTIMATED;
    }

    @Override
    public boolean fullSupport() {
        return false;
    }

    @Override
    public boolean needsBatch() {
        return true;
    }

    @Override
    public boolean canDraw(Draw draw) {
        columns.find(draw, shares);
        return columns.size() > 0;
    }

    @Override
    public int draw(Draw draw) {
        if (!canDraw(draw)) {
            return NO_ELIGIBLE_ITEM;
        }
        draw.drawnBy(name());
        return columns.slot(draw.random().nextInt(columns.size()));
    }

    /** Adds the columns of the row, whatever {@code count} is. */
    @Override
    public void sample(Draw draw, int count, Negatives into) {
        columns.find(draw, shares);
        columns.keepHardest(hardest, draw);
        columns.keepAny(most, draw);
        for (int k = 0; k < columns.size(); k++) {
            into.add(columns.slot(k), probability(draw, columns.slot(k)), 1f, name());
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        columns.find(draw, shares);
        if (hardest > 0) {
            return Double.NaN;
        }
        boolean eligible = draw.catalog().isActive(slot) && !draw.exclusions().contains(slot);
        return eligible ? Math.min(1, shares.share(slot) / columns.shareEligible()) : 0;
    }
}
