package io.millrace.sampling;

import io.millrace.event.InvalidSetting;
import io.millrace.popularity.DecayedCounts;
import io.millrace.popularity.ItemCounts;

/**
 * Which clicks are learned from: those on hot items, which say little of a taste, are learned less often. With f_i the
 * item's share of decayed clicks, a positive is kept with the κ_i of {@link KeepRule}; one that is not kept is an example of
 * weight 0, evaluated, counted, remembered and in the ledger like any other. Where the objective must stay what it was,
 * kept ones weigh 1 / κ_i.
 *
 * <p>With a popularity sampler beside it, hot items are less often positives and more often negatives, which evens out how
 * hard items are pushed up and down. What a score means is then taste less popularity, not a click rate.
 *
 * <p>Source: Mikolov et al., NIPS 2013, section 2.3.
 */
public final class PositiveFilter {

    private static final long PURPOSE = 0x9051_71FEL;

    private final ItemCounts counts;
    private final KeepRule rule;
    private final double threshold;
    private final boolean isOff;
    private final boolean inverseWeight;
    private final long salt;

    public PositiveFilter(Config config, ItemCounts counts, long seed) {
        this.counts = counts;
        isOff = config.subsample().equals("none");
        rule = new KeepRule(config.subsample().equals("c"), config.gamma());
        threshold = config.threshold();
        inverseWeight = config.weight().equals("inverse");
        salt = seed ^ PURPOSE;
    }

    /** κ_i, in [1e-6, 1]. */
    public double keepProbability(int slot) {
        DecayedCounts clicks = counts.decayedClicks();
        double own = clicks.get(slot);
        return isOff || own <= 0 ? 1 : rule.probability(threshold * clicks.total() / own);
    }

    /** What a click's weight is multiplied by: 0 when it is dropped. */
    public float weight(long click, int slot) {
        if (!keeps(click, slot)) {
            return 0;
        }
        return inverseWeight ? (float) (1 / keepProbability(slot)) : 1;
    }

    /**
     * False for a click that is dropped.
     *
     * @param click what it is known by: the chance is a function of it
     */
    public boolean keeps(long click, int slot) {
        return isOff || KeepRule.keeps(salt, click, keepProbability(slot));
    }

    /** ln κ_i where positives are dropped without a weight for it: what dropping adds to the logit of a click. */
    public float logitShift(int slot) {
        return isOff || inverseWeight ? 0 : (float) StrictMath.log(keepProbability(slot));
    }

    /**
     * How positives are thinned out. Defaults are in {@code reference.yaml}.
     *
     * @param subsample {@code none}, or the variant of {@link KeepRule}: {@code paper} or {@code c}
     * @param threshold θ, share of clicks above which positives are dropped; 1e-6 to 0.1
     * @param gamma γ of the variant {@code paper}; 0 to 1
     * @param weight of those kept: {@code none} or {@code inverse}, 1 / κ
     */
    public record Config(String subsample, float threshold, float gamma, String weight) {

        public static final Config NONE = new Config("none", 0.001f, 0.5f, "none");

        public Config {
            new InvalidSetting.Check()
                    .require(
                            subsample.equals("none") || subsample.equals("c") || subsample.equals("paper"),
                            "positives.subsample",
                            subsample,
                            "one of [none, c, paper]")
                    .require(
                            threshold >= 1e-6f && threshold <= 0.1f,
                            "positives.threshold",
                            threshold,
                            "0.000001 to 0.1")
                    .require(gamma >= 0 && gamma <= 1, "positives.gamma", gamma, "0 to 1")
                    .require(
                            weight.equals("none") || weight.equals("inverse"),
                            "positives.weight",
                            weight,
                            "one of [none, inverse]")
                    .done();
        }
    }
}
