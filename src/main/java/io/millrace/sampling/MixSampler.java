package io.millrace.sampling;

import java.util.List;

/**
 * A mixture: each negative comes from one component, chosen by weight, and its q is the mixture's,
 *
 * <pre>
 *   q(j) = Σ_c w_c q_c(j)
 * </pre>
 *
 * <p>so one component with full support makes the whole usable where every item must be reachable. A component that has
 * nothing to draw from in a context leaves the mixture for that context, and the weights of the rest are made to sum to
 * 1 again, in q as in the draw.
 *
 * <p>Stratified, a component of weight w makes ⌊Mw⌋ or ⌈Mw⌉ of M negatives, and Mw on average: one number shared by all
 * components, uniform in [0, 1), is added to the running sum of Mw before it is rounded down.
 *
 * <p>A component of unknown q makes that of the whole unknown, unless its share is small and it is left out of q: the q of
 * its draws, and of all, is then that of the other components, and wrong by as much as its share.
 *
 * <p>Source: Veach and Guibas, SIGGRAPH 1995 (balance heuristic); Yang et al., WWW 2020, for recommenders.
 */
public final class MixSampler implements Sampler {

    private final List<Sampler> components;
    private final double[] weights;
    private final boolean stratified;
    private final boolean[] empty;
    private final boolean[] inQ;
    private final QKind qKind;

    private long context = -1;
    private double activeWeight;
    private double activeWeightInQ;

    /** The last component that is not empty: whatever rounding leaves over is its. */
    private int last;

    /**
     * @param components at least one
     * @param weights parallel to components; each above 0, together 1
     * @param stratified true for fixed numbers per component, which has the same q and less variance
     * @param ignoresUnknown true when components of unknown q are left out of q, which is then an estimate
     */
    MixSampler(List<Sampler> components, double[] weights, boolean stratified, boolean ignoresUnknown) {
        this.stratified = stratified;
        this.components = List.copyOf(components);
        this.weights = weights.clone();
        empty = new boolean[weights.length];
        inQ = new boolean[weights.length];
        for (int c = 0; c < inQ.length; c++) {
            inQ[c] = !ignoresUnknown || components.get(c).qKind() != QKind.NONE;
        }
        qKind = kindOf(components, ignoresUnknown);
    }

    /** As if what is left out were not there, but never better than an estimate of full support. */
    private static QKind kindOf(List<Sampler> components, boolean ignoresUnknown) {
        List<Sampler> known =
                components.stream().filter(c -> c.qKind() != QKind.NONE).toList();
        if (!ignoresUnknown || known.size() == components.size()) {
            return kindOf(components);
        }
        return known.stream().anyMatch(Sampler::fullSupport) ? QKind.ESTIMATED : QKind.NONE;
    }

    private static QKind kindOf(List<Sampler> components) {
        boolean full = components.stream().anyMatch(Sampler::fullSupport);
        boolean exact = components.stream().allMatch(c -> c.qKind() == QKind.EXACT || c.qKind() == QKind.PARTIAL);
        boolean known = components.stream().noneMatch(c -> c.qKind() == QKind.NONE);
        if (!known) {
            return QKind.NONE;
        }
        if (!exact) {
            return QKind.ESTIMATED;
        }
        return full ? QKind.EXACT : QKind.PARTIAL;
    }

    @Override
    public String name() {
        return "mix";
    }

    @Override
    public QKind qKind() {
        return qKind;
    }

    @Override
    public boolean needsBatch() {
        return components.stream().anyMatch(Sampler::needsBatch);
    }

    @Override
    public boolean canDraw(Draw draw) {
        findEmpty(draw);
        return activeWeight > 0;
    }

    @Override
    public int draw(Draw draw) {
        findEmpty(draw);
        double rest = draw.random().nextDouble() * activeWeight;
        int chosen = -1;
        for (int c = 0; c < weights.length; c++) {
            if (!empty[c]) {
                chosen = c;
                rest -= weights[c];
                if (rest < 0) {
                    break;
                }
            }
        }
        return chosen < 0 ? NO_ELIGIBLE_ITEM : components.get(chosen).draw(draw);
    }

    @Override
    public void sample(Draw draw, int count, Negatives into) {
        if (!stratified || !canDraw(draw)) {
            Sampler.super.sample(draw, count, into);
            return;
        }
        double sum = draw.random().nextDouble();
        int made = 0;
        for (int c = 0; c < weights.length; c++) {
            sum += empty[c] ? 0 : count * weights[c] / activeWeight;
            int upTo = c == last ? count : Math.min(count, (int) sum);
            for (; made < upTo; made++) {
                add(components.get(c).draw(draw), draw, into);
            }
        }
    }

    private void add(int slot, Draw draw, Negatives into) {
        if (slot >= 0) {
            String drawnBy = draw.drawnBy();
            float weight = draw.weight();
            into.add(slot, probability(draw, slot), weight, drawnBy);
        }
    }

    @Override
    public double probability(Draw draw, int slot) {
        findEmpty(draw);
        double q = 0;
        for (int c = 0; c < weights.length; c++) {
            if (!empty[c] && inQ[c]) {
                q += weights[c] / activeWeightInQ * components.get(c).probability(draw, slot);
            }
        }
        return q;
    }

    @Override
    public boolean knowsPositive() {
        for (int c = 0; c < inQ.length; c++) {
            if (inQ[c] && !components.get(c).knowsPositive()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public double positiveProbability(Draw draw) {
        findEmpty(draw);
        double q = 0;
        for (int c = 0; c < weights.length; c++) {
            if (!empty[c] && inQ[c]) {
                q += weights[c] / activeWeightInQ * components.get(c).positiveProbability(draw);
            }
        }
        return q;
    }

    private void findEmpty(Draw draw) {
        if (draw.contexts() == context) {
            return;
        }
        context = draw.contexts();
        activeWeight = 0;
        activeWeightInQ = 0;
        for (int c = 0; c < weights.length; c++) {
            empty[c] = !components.get(c).canDraw(draw);
            activeWeight += empty[c] ? 0 : weights[c];
            activeWeightInQ += empty[c] || !inQ[c] ? 0 : weights[c];
            last = empty[c] ? last : c;
        }
    }

    @Override
    public long stateBytes() {
        return components.stream().mapToLong(Sampler::stateBytes).sum();
    }
}
