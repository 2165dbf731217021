package io.millrace.learning;

import io.millrace.event.InvalidSetting;
import java.util.List;

/**
 * How users and items start of whom nothing is known. Defaults are in {@code reference.yaml}.
 *
 * @param foldIn first clicks of a user after each of which the user's own vector is the mean of the target vectors of the
 *     items clicked so far; 0 to 100
 * @param newItemBias bias of an item that nobody has seen: {@code zero}, or the {@code median} of the items' biases, see
 *     {@link io.millrace.sampling.MedianBias}
 */
public record NewcomerConfig(int foldIn, String newItemBias) {

    public static final NewcomerConfig DEFAULT = new NewcomerConfig(0, "zero");

    private static final List<String> BIASES = List.of("zero", "median");

    /** True when a new item's bias is the median of those of the others. */
    public boolean startsAtMedian() {
        return newItemBias.equals("median");
    }

    void check(InvalidSetting.Check check) {
        check.require(foldIn >= 0 && foldIn <= 100, "learning.fold-in", foldIn, "0 to 100")
                .require(BIASES.contains(newItemBias), "learning.new-item-bias", newItemBias, "one of " + BIASES);
    }

    /** What has no vector to set, or no bias that could be kept. */
    void checkBeside(InvalidSetting.Check check, SequenceConfig sequences, String optimizer, float ownWeight) {
        check.require(
                        foldIn == 0 || ownWeight > 0,
                        "learning.fold-in",
                        foldIn,
                        "0, or learning.own-weight above 0: a user has no vector of their own without")
                .require(
                        foldIn == 0 || !sequences.isTree(),
                        "learning.fold-in",
                        foldIn,
                        "0: with learning.objective = hierarchical-softmax an item is a path as what follows, and has no"
                                + " vector that a user's could be near")
                .require(
                        !startsAtMedian() || !sequences.isSequential() && !sequences.isTree(),
                        "learning.new-item-bias",
                        newItemBias,
                        "zero, or learning.objective = matching: learning.objective = " + sequences.objective()
                                + " has no biases")
                .require(
                        !startsAtMedian() || !optimizer.equals("ftrl"),
                        "learning.new-item-bias",
                        newItemBias,
                        "zero, or another optimiser: learning.optimizer = ftrl makes a bias of its gradients alone, and"
                                + " forgets where it started at the first");
    }
}
