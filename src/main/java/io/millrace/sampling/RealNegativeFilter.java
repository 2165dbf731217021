package io.millrace.sampling;

import io.millrace.event.InvalidSetting;
import io.millrace.popularity.DecayedCounts;
import io.millrace.popularity.ItemCounts;

/**
 * Which unclicked impressions are learned from: an item with very many exposures collects so many negatives that it is
 * pushed down however good it is, so part of its own are dropped. With f_j the item's share of decayed exposures, a
 * negative is kept with probability
 *
 * <pre>
 *   paper:  κ_j = min(1, (θ / f_j)^γ)
 *   c:      κ_j = min(1, √(θ / f_j) + θ / f_j)
 * </pre>
 *
 * <p>The choice follows from the impression's hash alone, so a replay drops the same ones. Where the click rate must stay
 * right, kept negatives weigh 1 / κ_j ({@code ipw}), or the logit of both labels is shifted by -ln κ_j while learning
 * ({@code logodds}).
 *
 * <p>Source: Fei et al., "Sample Optimization for Display Advertising", CIKM 2020; Mikolov et al., NIPS 2013, section
 * 2.3, and the word2vec program for the variant {@code c}.
 */
public final class RealNegativeFilter {

    private static final long PURPOSE = 0x5EA1_4E6AL;

    private final Catalog catalog;
    private final ItemCounts counts;
    private final double threshold;
    private final KeepRule rule;
    private final double minExposures;
    private final String correction;
    private final long seed;

    private RealNegativeFilter(Parameters p, Catalog catalog, ItemCounts counts, long seed) {
        this.catalog = catalog;
        this.counts = counts;
        this.seed = seed;
        String variant = p.choice("real-negative-subsample.variant", "none", "paper", "c");
        threshold = p.number("real-negative-subsample.threshold", 0, 1);
        InvalidSetting.require(
                threshold == 0 || threshold >= 1e-6 && threshold <= 0.1,
                "sampling.real-negative-subsample.threshold",
                threshold,
                "0, which stands for 10 / N, or 1e-6 to 0.1");
        double gamma = p.number("real-negative-subsample.gamma", 0, 1);
        rule = new KeepRule(variant.equals("c"), variant.equals("none") ? 0 : gamma);
        minExposures = p.number("real-negative-subsample.min-exposures", 0, 1e9);
        correction = p.choice("real-negative-subsample.correction", "none", "ipw", "logodds");
    }

    public static RealNegativeFilter of(Parameters parameters, Catalog catalog, ItemCounts counts, long seed) {
        return new RealNegativeFilter(parameters, catalog, counts, seed);
    }

    /** κ_j, in [1e-6, 1]. */
    public double keepProbability(int slot) {
        DecayedCounts exposures = counts.decayedExposures();
        double total = exposures.total();
        if (total <= 0 || exposures.get(slot) <= 0 || counts.exposures(slot) < minExposures) {
            return 1;
        }
        return rule.probability(threshold() * total / exposures.get(slot));
    }

    private double threshold() {
        return threshold > 0 ? threshold : 10.0 / Math.max(1, catalog.size());
    }

    /** Whether to learn from an impression that stayed unclicked. */
    public boolean keeps(long impression, int slot) {
        return KeepRule.keeps(seed ^ PURPOSE, impression, keepProbability(slot));
    }

    /** Weight of a negative that was kept: 1 / κ_j under {@code ipw}, else 1. */
    public float weight(int slot) {
        return correction.equals("ipw") ? (float) (1 / keepProbability(slot)) : 1;
    }

    /** True when the click rate is kept right by a shift of the logit. */
    public boolean shiftsLogits() {
        return correction.equals("logodds");
    }

    /** What is added to the logit of both labels while learning: -ln κ_j under {@code logodds}, else 0. */
    public float logitShift(int slot) {
        return shiftsLogits() ? (float) -StrictMath.log(keepProbability(slot)) : 0;
    }
}
