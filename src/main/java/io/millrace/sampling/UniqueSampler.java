package io.millrace.sampling;

/**
 * No item twice in one context: draws of a base, repeats rejected. What is reported is the probability of having been
 * drawn at all in the tries it took,
 *
 * <pre>
 *   1 - (1 - q_j)^tries,  divided by the negatives returned
 * </pre>
 *
 * <p>so that count times q is the expected number of times an item is in the sample, as it is with replacement. It is
 * an approximation, closest for popular items.
 *
 * <p>Source: the candidate samplers of TensorFlow (range_sampler.cc).
 */
final class UniqueSampler implements Sampler {

    private final Sampler base;
    private final int maxTries;
    private final Exclusions drawn = new Exclusions();
    private String[] drawnBy = new String[64];
    private float[] weights = new float[64];
    private long tries;

    /** @param maxTries draws per negative before fewer are returned */
    UniqueSampler(Sampler base, int maxTries) {
        this.base = base;
        this.maxTries = maxTries;
    }

    @Override
    public String name() {
        return base.name();
    }

    @Override
    public QKind qKind() {
        return base.qKind() == QKind.EXACT ? QKind.ESTIMATED : base.qKind();
    }

    @Override
    public boolean fullSupport() {
        return base.fullSupport();
    }

    @Override
    public boolean needsBatch() {
        return base.needsBatch();
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
    public double probability(Draw draw, int slot) {
        return base.probability(draw, slot);
    }

    @Override
    public boolean knowsPositive() {
        return base.knowsPositive();
    }

    @Override
    public double positiveProbability(Draw draw) {
        return reported(base.positiveProbability(draw));
    }

    @Override
    public void sample(Draw draw, int count, Negatives into) {
        drawn.clear();
        if (drawnBy.length < count) {
            drawnBy = new String[count * 2];
            weights = new float[count * 2];
        }
        tries = 0;
        while (drawn.size() < count && tries < (long) maxTries * count) {
            int slot = base.draw(draw);
            if (slot == NO_ELIGIBLE_ITEM) {
                break;
            }
            tries++;
            if (slot >= 0 && !drawn.contains(slot)) {
                drawnBy[drawn.size()] = draw.drawnBy();
                weights[drawn.size()] = draw.weight();
                drawn.add(slot);
            }
        }
        for (int k = 0; k < drawn.size(); k++) {
            double q = base.probability(draw, drawn.slot(k));
            into.add(drawn.slot(k), reported(q), weights[k], drawnBy[k]);
        }
    }

    private double reported(double q) {
        return -StrictMath.expm1(tries * StrictMath.log1p(-q)) / drawn.size();
    }

    @Override
    public long stateBytes() {
        return base.stateBytes();
    }
}
