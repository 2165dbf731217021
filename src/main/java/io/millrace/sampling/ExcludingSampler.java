package io.millrace.sampling;

/**
 * A law restricted to what may be drawn: propose, and propose again while the item is excluded.
 *
 * <p>With Q(E) the mass of the excluded set, an accepted item has probability q(j) / (1 - Q(E)), exactly. Tries are
 * bounded; when they run out the draw is empty, which keeps the law of the draws that are returned.
 *
 * <p>Source: von Neumann's rejection; the bound and the shortfall are ours.
 */
public final class ExcludingSampler implements Sampler {

    private final Proposal law;
    private final int maxTries;

    private long context = -1;
    private double eligibleMass;

    /** @param maxTries proposals per negative; at least 1 */
    public ExcludingSampler(Proposal law, int maxTries) {
        this.law = law;
        this.maxTries = maxTries;
    }

    @Override
    public String name() {
        return law.name();
    }

    @Override
    public QKind qKind() {
        return law.qKind();
    }

    @Override
    public boolean canDraw(Draw draw) {
        return eligibleMass(draw) >= 1e-12;
    }

    @Override
    public int draw(Draw draw) {
        if (!canDraw(draw)) {
            return NO_ELIGIBLE_ITEM;
        }
        Exclusions excluded = draw.exclusions();
        for (int tries = 0; tries < maxTries; tries++) {
            int slot = law.draw(draw);
            if (slot < 0) {
                return NO_ELIGIBLE_ITEM;
            }
            if (!excluded.contains(slot)) {
                draw.drawnBy(law.name());
                return slot;
            }
        }
        return EXHAUSTED;
    }

    @Override
    public double probability(Draw draw, int slot) {
        if (draw.exclusions().contains(slot)) {
            return 0;
        }
        return canDraw(draw) ? law.probability(draw, slot) / eligibleMass(draw) : 0;
    }

    @Override
    public long stateBytes() {
        return law.stateBytes();
    }

    /** 1 - Q(E), summed once per context. */
    private double eligibleMass(Draw draw) {
        if (draw.contexts() != context) {
            Exclusions excluded = draw.exclusions();
            double mass = 0;
            for (int k = 0; k < excluded.size(); k++) {
                mass += law.probability(draw, excluded.slot(k));
            }
            eligibleMass = law.isEmpty(draw) ? 0 : 1 - mass;
            context = draw.contexts();
        }
        return eligibleMass;
    }
}
