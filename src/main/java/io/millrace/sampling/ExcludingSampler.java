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
    private int[] slots = new int[16];
    private double[] q = new double[16];

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
        boolean setsAside = eligibleMass < 0.5;
        int slot = propose(draw, setsAside);
        if (setsAside) {
            law.putBack();
        }
        if (slot >= 0) {
            draw.drawnBy(law.name(), law.weight());
        }
        return slot;
    }

    /** One try for each negative that is missing, all together, and again for those that drew an excluded item. */
    @Override
    public void sample(Draw draw, int count, Negatives into) {
        if (!canDraw(draw) || eligibleMass < 0.5) {
            Sampler.super.sample(draw, count, into);
            return;
        }
        if (slots.length < count) {
            slots = new int[count];
            q = new double[count];
        }
        draw.drawnBy(law.name(), law.weight());
        int missing = count;
        for (int tries = 0; tries < maxTries && missing > 0; tries++) {
            law.draw(draw, missing, slots, q);
            missing -= take(draw, missing, into);
        }
    }

    /** Adds what may be drawn; returns how many. */
    private int take(Draw draw, int count, Negatives into) {
        Exclusions exclusions = draw.exclusions();
        String name = law.name();
        float weight = law.weight();
        int taken = 0;
        for (int k = 0; k < count; k++) {
            if (slots[k] >= 0 && !exclusions.contains(slots[k])) {
                into.add(slots[k], q[k] / eligibleMass, weight, name);
                taken++;
            }
        }
        return taken;
    }

    /**
     * An excluded item that turned up may be set aside for the tries that follow: given that an item is eligible, its
     * law is the same at every try.
     */
    private int propose(Draw draw, boolean setsAside) {
        for (int tries = 0; tries < maxTries; tries++) {
            int slot = law.draw(draw);
            if (slot == Proposal.NOTHING) {
                return NO_ELIGIBLE_ITEM;
            }
            if (slot >= 0 && !draw.exclusions().contains(slot)) {
                return slot;
            }
            if (slot >= 0 && setsAside) {
                law.setAside(slot);
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
    public boolean knowsPositive() {
        return true;
    }

    @Override
    public double positiveProbability(Draw draw) {
        return draw.positive() >= 0 && canDraw(draw)
                ? law.probability(draw, draw.positive()) / eligibleMass(draw)
                : Double.NaN;
    }

    @Override
    public long stateBytes() {
        return law.stateBytes();
    }

    /** 1 - Q(E), summed once per context. */
    private double eligibleMass(Draw draw) {
        if (draw.contexts() != context) {
            eligibleMass = law.isEmpty(draw) ? 0 : 1 - law.excludedMass(draw);
            context = draw.contexts();
        }
        return eligibleMass;
    }
}
