package io.millrace.learning;

import io.millrace.event.InvalidSetting;

/**
 * What single optimisers can be told. Defaults are in {@code reference.yaml}.
 *
 * @param stepDecay κ of {@code sgd}, per step of a row: its rate is η / (1 + κ t)^p; 0 to 1
 * @param stepDecayPower p of {@code sgd}; 0, which is a constant rate, to 1
 * @param memoryUpdates steps of a row after which either Adagrad has forgotten half of a squared gradient; 0 never forgets
 * @param ftrlBeta β of {@code ftrl}: what the root of the squared gradients starts from; above 0, at most 100
 * @param ftrlL1 λ1 of {@code ftrl}, on biases; 0 to 100
 * @param ftrlL2 λ2 of {@code ftrl}; 0 to 100
 * @param adamBeta1 share of its mean gradient that {@code adam} keeps at a step; 0 to 0.9999
 * @param adamBeta2 share of its mean squared gradient that {@code adam} keeps at a step; 0 to 0.99999
 */
public record OptimizerConfig(
        float stepDecay,
        float stepDecayPower,
        int memoryUpdates,
        float ftrlBeta,
        float ftrlL1,
        float ftrlL2,
        float adamBeta1,
        float adamBeta2) {

    public static final OptimizerConfig DEFAULT = new OptimizerConfig(0f, 0.5f, 0, 1f, 0f, 0f, 0.9f, 0.999f);

    void check(InvalidSetting.Check check) {
        check.require(stepDecay >= 0 && stepDecay <= 1, "learning.step-decay", stepDecay, "0 to 1")
                .require(
                        stepDecayPower >= 0 && stepDecayPower <= 1,
                        "learning.step-decay-power",
                        stepDecayPower,
                        "0 to 1")
                .require(
                        memoryUpdates >= 0 && memoryUpdates <= 1_000_000_000,
                        "learning.memory-updates",
                        memoryUpdates,
                        "0 to 1000000000")
                .require(ftrlBeta > 0 && ftrlBeta <= 100, "learning.ftrl-beta", ftrlBeta, "above 0 and at most 100")
                .require(ftrlL1 >= 0 && ftrlL1 <= 100, "learning.ftrl-l1", ftrlL1, "0 to 100")
                .require(ftrlL2 >= 0 && ftrlL2 <= 100, "learning.ftrl-l2", ftrlL2, "0 to 100")
                .require(adamBeta1 >= 0 && adamBeta1 <= 0.9999f, "learning.adam-beta1", adamBeta1, "0 to 0.9999")
                .require(adamBeta2 >= 0 && adamBeta2 <= 0.99999f, "learning.adam-beta2", adamBeta2, "0 to 0.99999");
    }

    /** What is left of a squared gradient after one step: 0.5^(1 / memoryUpdates), 1 where nothing is forgotten. */
    float kept() {
        return memoryUpdates == 0 ? 1 : (float) StrictMath.pow(0.5, 1.0 / memoryUpdates);
    }
}
