package io.millrace.learning;

import io.millrace.event.InvalidSetting;

/**
 * The model and its step. Defaults are in {@code reference.yaml}.
 *
 * @param dimension floats of an embedding, d; 4 to 512
 * @param loss name in {@link Losses}
 * @param optimizer name in {@link Optimizers}
 * @param stepSize η; above 0, at most 1
 * @param l2 share of a touched row that decays per unit of η; 0 to 0.1
 * @param initialNorm expected norm of a row before its first step; 0 to 10, above 0
 * @param maxNorm vectors are projected to at most this norm; 0.1 to 1000
 * @param maxBias biases are clipped to at most this size; 0.1 to 100
 * @param maxGradient gradients of a row are clipped to this norm; 0.1 to 100
 * @param ownWeight weight of the user's own vector in the score; 0 to 10
 * @param contextItems last clicks in the score, L; 0 to 200
 * @param contextDecay ρ, weight of a click against the one after it; above 0, at most 1
 * @param tied true when an item's context vector is its target vector
 * @param unclickedWeight weight of an impression that stayed unclicked, as a negative; 0 to 100
 * @param dislikeWeight weight of a dislike; 0 to 100
 * @param seed of initial values and of every draw
 * @param losses what single losses can be told
 * @param optimizers what single optimisers can be told
 * @param sequences what a click is learned from
 * @param trees when a tree over the items is built
 * @param newcomers how users and items start
 */
public record LearningConfig(
        int dimension,
        String loss,
        String optimizer,
        float stepSize,
        float l2,
        float initialNorm,
        float maxNorm,
        float maxBias,
        float maxGradient,
        float ownWeight,
        int contextItems,
        float contextDecay,
        boolean tied,
        float unclickedWeight,
        float dislikeWeight,
        long seed,
        LossConfig losses,
        OptimizerConfig optimizers,
        SequenceConfig sequences,
        TreeConfig trees,
        NewcomerConfig newcomers) {

    public LearningConfig {
        InvalidSetting.Check check = new InvalidSetting.Check()
                .require(dimension >= 4 && dimension <= 512, "learning.dimension", dimension, "4 to 512")
                .require(Losses.names().contains(loss), "learning.loss", loss, "one of " + Losses.names())
                .require(
                        Optimizers.names().contains(optimizer),
                        "learning.optimizer",
                        optimizer,
                        "one of " + Optimizers.names())
                .require(stepSize > 0 && stepSize <= 1, "learning.step-size", stepSize, "above 0 and at most 1")
                .require(l2 >= 0 && l2 <= 0.1f, "learning.l2", l2, "0 to 0.1")
                .require(
                        initialNorm > 0 && initialNorm <= 10,
                        "learning.initial-norm",
                        initialNorm,
                        "above 0 and at most 10")
                .require(maxNorm >= 0.1f && maxNorm <= 1000, "learning.max-norm", maxNorm, "0.1 to 1000")
                .require(maxBias >= 0.1f && maxBias <= 100, "learning.max-bias", maxBias, "0.1 to 100")
                .require(maxGradient >= 0.1f && maxGradient <= 100, "learning.max-gradient", maxGradient, "0.1 to 100")
                .require(ownWeight >= 0 && ownWeight <= 10, "learning.own-weight", ownWeight, "0 to 10")
                .require(contextItems >= 0 && contextItems <= 200, "learning.context-items", contextItems, "0 to 200")
                .require(
                        contextDecay > 0 && contextDecay <= 1,
                        "learning.context-decay",
                        contextDecay,
                        "above 0 and at most 1")
                .require(
                        ownWeight > 0 || contextItems > 0,
                        "learning.own-weight",
                        ownWeight,
                        "above 0 when learning.context-items is 0, or no user has a vector")
                .require(
                        unclickedWeight >= 0 && unclickedWeight <= 100,
                        "learning.unclicked-weight",
                        unclickedWeight,
                        "0 to 100")
                .require(
                        dislikeWeight >= 0 && dislikeWeight <= 100,
                        "learning.dislike-weight",
                        dislikeWeight,
                        "0 to 100");
        losses.check(check);
        optimizers.check(check);
        sequences.check(check);
        sequences.checkBeside(check, loss, ownWeight, tied);
        sequences.checkBesideTree(check, tied, unclickedWeight, dislikeWeight);
        trees.check(check);
        newcomers.check(check);
        newcomers.checkBeside(check, sequences, optimizer, ownWeight);
        check.done();
    }

    /** With losses and optimisers as they are by default, learned from users as a whole. */
    public LearningConfig(
            int dimension,
            String loss,
            String optimizer,
            float stepSize,
            float l2,
            float initialNorm,
            float maxNorm,
            float maxBias,
            float maxGradient,
            float ownWeight,
            int contextItems,
            float contextDecay,
            boolean tied,
            float unclickedWeight,
            float dislikeWeight,
            long seed) {
        this(
                dimension,
                loss,
                optimizer,
                stepSize,
                l2,
                initialNorm,
                maxNorm,
                maxBias,
                maxGradient,
                ownWeight,
                contextItems,
                contextDecay,
                tied,
                unclickedWeight,
                dislikeWeight,
                seed,
                LossConfig.DEFAULT,
                OptimizerConfig.DEFAULT,
                SequenceConfig.NONE,
                TreeConfig.DEFAULT,
                NewcomerConfig.DEFAULT);
    }

    /** With another loss. */
    public LearningConfig withLoss(String name, LossConfig options) {
        return with(name, optimizer, stepSize, ownWeight, options, optimizers, sequences);
    }

    /** With another optimiser. */
    public LearningConfig withOptimizer(String name, float rate, OptimizerConfig options) {
        return with(loss, name, rate, ownWeight, losses, options, sequences);
    }

    /** Learned from sequences of clicks, without vectors of users. */
    public LearningConfig withSequences(SequenceConfig options) {
        return with(loss, optimizer, stepSize, 0, losses, optimizers, options);
    }

    private LearningConfig with(
            String lossName,
            String optimizerName,
            float rate,
            float own,
            LossConfig lossOptions,
            OptimizerConfig options,
            SequenceConfig sequenceOptions) {
        return new LearningConfig(
                dimension,
                lossName,
                optimizerName,
                rate,
                l2,
                initialNorm,
                maxNorm,
                maxBias,
                maxGradient,
                own,
                contextItems,
                contextDecay,
                tied,
                unclickedWeight,
                dislikeWeight,
                seed,
                lossOptions,
                options,
                sequenceOptions,
                trees,
                newcomers);
    }

    /** With another start of users and items. */
    public LearningConfig withNewcomers(NewcomerConfig options) {
        return new LearningConfig(
                dimension,
                loss,
                optimizer,
                stepSize,
                l2,
                initialNorm,
                maxNorm,
                maxBias,
                maxGradient,
                ownWeight,
                contextItems,
                contextDecay,
                tied,
                unclickedWeight,
                dislikeWeight,
                seed,
                losses,
                optimizers,
                sequences,
                trees,
                options);
    }

    /** Learned by paths in a tree: from clicks alone, with one vector per item. */
    public LearningConfig withTree(TreeConfig options) {
        return new LearningConfig(
                dimension,
                loss,
                optimizer,
                stepSize,
                l2,
                initialNorm,
                maxNorm,
                maxBias,
                maxGradient,
                ownWeight,
                contextItems,
                contextDecay,
                true,
                0,
                0,
                seed,
                losses,
                optimizers,
                SequenceConfig.TREE,
                options,
                newcomers);
    }

    /** True when v, what items are scored against, is the user's own row. */
    boolean scoresByOwnRow() {
        return contextItems == 0 && ownWeight == 1;
    }
}
