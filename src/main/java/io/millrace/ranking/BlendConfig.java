package io.millrace.ranking;

import io.millrace.event.InvalidSetting;

/**
 * How the weights of a {@link Blend} learn.
 *
 * @param stepSize of Adagrad; above 0, at most 1
 * @param buckets sets of weights, by log2 of the history's length; 1 to 32
 * @param initialWeight what all shared weights sum to at the start; above 0, at most 10
 * @param memory share of the squared gradients Adagrad keeps at a step: below 1 the weights go on following the stream;
 *     above 0, at most 1
 * @param hiddenUnits units of the {@link HiddenLayer}, 0 for none; 0 to 64
 * @param hiddenStepSize of the hidden layer; above 0, at most 1
 */
public record BlendConfig(
        float stepSize, int buckets, float initialWeight, float memory, int hiddenUnits, float hiddenStepSize) {

    public static final BlendConfig DEFAULT = new BlendConfig(0.05f, 7, 0.9f, 1, 0, 0.02f);

    public BlendConfig {
        new InvalidSetting.Check()
                .require(stepSize > 0 && stepSize <= 1, "blend.step-size", stepSize, "above 0 and at most 1")
                .require(buckets >= 1 && buckets <= 32, "blend.buckets", buckets, "1 to 32")
                .require(
                        initialWeight > 0 && initialWeight <= 10,
                        "blend.initial-weight",
                        initialWeight,
                        "above 0 and at most 10")
                .require(memory > 0 && memory <= 1, "blend.memory", memory, "above 0 and at most 1")
                .require(hiddenUnits >= 0 && hiddenUnits <= 64, "blend.hidden-units", hiddenUnits, "0 to 64")
                .require(
                        hiddenStepSize > 0 && hiddenStepSize <= 1,
                        "blend.hidden-step-size",
                        hiddenStepSize,
                        "above 0 and at most 1")
                .done();
    }

    /** The same without a hidden layer, and without forgetting. */
    public BlendConfig(float stepSize, int buckets, float initialWeight) {
        this(stepSize, buckets, initialWeight, 1, 0, 0.02f);
    }
}
