package io.millrace.config;

import io.millrace.sampling.Samplers;

/**
 * Where negatives come from.
 *
 * @param sampler name in {@link Samplers}
 * @param negatives per positive; 1 to 1,000
 * @param maxTries proposals per negative before it is left out; 1 to 10,000
 */
public record SamplingSettings(String sampler, int negatives, int maxTries) {

    public SamplingSettings {
        Ranges check = new Ranges("sampling");
        check.oneOf(sampler, "sampler", Samplers.names());
        check.in(negatives, "negatives", 1, 1000);
        check.in(maxTries, "max-tries", 1, 10_000);
        check.done();
    }
}
