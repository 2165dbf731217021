package io.millrace.sampling;

import io.millrace.popularity.Power;

/** Laws up to a factor, for samplers that need no sum. */
final class Targets {

    private static final double LEAST = 1e-6;

    private Targets() {}

    /**
     * max(σ(s), 1e-6)^α: sub-linear in how likely a click is, by the model's own estimate. The power is of the
     * probability; of the score itself it would be no number where that is below 0.
     */
    static ChainSampler.Target sigmoid(double alpha) {
        return (draw, slot) -> {
            double sigma = 1 / (1 + StrictMath.exp(-draw.scorer().score(slot)));
            return alpha == 0.25
                    ? Math.sqrt(Math.sqrt(Math.max(LEAST, sigma)))
                    : StrictMath.exp(alpha * StrictMath.log(Math.max(LEAST, sigma)));
        };
    }

    /** e^{s / T}. */
    static ChainSampler.Target exponential(double temperature) {
        return (draw, slot) -> StrictMath.exp(draw.scorer().score(slot) / temperature);
    }

    /** C^β of the decayed clicks. */
    static ChainSampler.Target popularity(double beta) {
        var power = new Power(beta);
        return (draw, slot) -> {
            double count = draw.counts().decayedClicks().get(slot);
            return count > 0 ? power.of(count) : 0;
        };
    }
}
