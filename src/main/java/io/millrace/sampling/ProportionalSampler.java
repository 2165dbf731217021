package io.millrace.sampling;

/**
 * Uniform negatives in proportion to the length n of the user's session instead of a fixed number: ⌊ρ n⌋ + 1 of them,
 * without replacement. Few negatives keep the chance small of hitting a positive that has no label yet.
 *
 * <p>The probability that an item is among m of the eligible N is m / N; what is reported is that divided by m, as it
 * would be with replacement.
 *
 * <p>Source: Li, Liu and Shi, "Empirical Analysis of Unlabeled Entity Problem in Named Entity Recognition", ICLR 2021.
 */
final class ProportionalSampler implements Sampler {

    private final Sampler uniform;
    private final double rate;
    private final long gapMs;
    private final int maxTries;
    private final Exclusions drawn = new Exclusions();

    /**
     * @param uniform a uniform sampler
     * @param rate ρ, 0 to 10
     * @param gapMs a session ends when this long passes without a click; event time, milliseconds
     * @param maxTries draws per negative before fewer are returned
     */
    ProportionalSampler(Sampler uniform, double rate, long gapMs, int maxTries) {
        this.uniform = uniform;
        this.rate = rate;
        this.gapMs = gapMs;
        this.maxTries = maxTries;
    }

    @Override
    public String name() {
        return uniform.name();
    }

    @Override
    public QKind qKind() {
        return uniform.qKind();
    }

    @Override
    public boolean canDraw(Draw draw) {
        return uniform.canDraw(draw);
    }

    @Override
    public int draw(Draw draw) {
        return uniform.draw(draw);
    }

    @Override
    public double probability(Draw draw, int slot) {
        return uniform.probability(draw, slot);
    }

    @Override
    public boolean knowsPositive() {
        return uniform.knowsPositive();
    }

    @Override
    public double positiveProbability(Draw draw) {
        return uniform.positiveProbability(draw);
    }

    /** Adds the number that the session asks for, whatever {@code count} is. */
    @Override
    public void sample(Draw draw, int count, Negatives into) {
        int wanted = (int) (rate * sessionLength(draw)) + 1;
        drawn.clear();
        for (long tries = (long) maxTries * wanted; tries > 0 && drawn.size() < wanted; tries--) {
            int slot = uniform.draw(draw);
            if (slot == NO_ELIGIBLE_ITEM) {
                return;
            }
            if (slot >= 0 && !drawn.contains(slot)) {
                drawn.add(slot);
                into.add(slot, uniform.probability(draw, slot), 1f, name());
            }
        }
    }

    /** Clicks of the user up to the first gap, the positive included. */
    private int sessionLength(Draw draw) {
        RecentItems clicked = draw.clicked();
        long laterMs = draw.atMs();
        int length = 1;
        for (int k = 0; k < clicked.size() && laterMs - clicked.atMs(k) <= gapMs; k++) {
            laterMs = clicked.atMs(k);
            length++;
        }
        return length;
    }

    @Override
    public long stateBytes() {
        return uniform.stateBytes();
    }
}
