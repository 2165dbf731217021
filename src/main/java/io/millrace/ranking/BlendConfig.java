package io.millrace.ranking;

import io.millrace.event.InvalidSetting;

/**
 * How the weights of a {@link Blend} learn.
 *
 * @param stepSize of Adagrad; above 0, at most 1
 * @param buckets sets of weights, by log2 of the history's length; 1 to 32
 * @param initialWeight what all shared weights sum to at the start; above 0, at most 10
 */
public record BlendConfig(float stepSize, int buckets, float initialWeight) {

    public static final BlendConfig DEFAULT = new BlendConfig(0.05f, 7, 0.9f);

    public BlendConfig {
        new InvalidSetting.Check()
                .require(stepSize > 0 && stepSize <= 1, "blend.step-size", stepSize, "above 0 and at most 1")
                .require(buckets >= 1 && buckets <= 32, "blend.buckets", buckets, "1 to 32")
                .require(
                        initialWeight > 0 && initialWeight <= 10,
                        "blend.initial-weight",
                        initialWeight,
                        "above 0 and at most 10")
                .done();
    }
}
