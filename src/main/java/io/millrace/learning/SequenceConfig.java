package io.millrace.learning;

import io.millrace.event.InvalidSetting;
import java.util.List;

/**
 * What a click is learned from: the user as a whole, or the clicks next to it. Defaults are in {@code reference.yaml}.
 *
 * @param objective {@code matching}: the click against the user's own vector and context; {@code sgns}: every pair of
 *     clicks that are near each other, see {@link SkipGrams}; {@code cbow}: the click from the mean of those before it;
 *     {@code hierarchical-softmax}: as {@code matching}, by the click's path in a tree, see {@link HierarchicalSoftmax}
 * @param window W, clicks before a click that are near it at most; 1 to 50
 * @param windowDraw {@code random}: each click has a window of its own, even in 1..W; {@code all}: W for each
 * @param sessionGapMs clicks are near each other only without a longer pause between them; event time, at least 1 ms
 * @param cbowGradient what each click of a {@code cbow} context is moved by: {@code exact}, the derivative, 1 / n of the
 *     gradient of the mean of n; {@code sum}, the whole of it
 * @param cbowContext what a click of {@code cbow} is learned from: {@code left}, the clicks before it, at once; {@code both},
 *     those after it too, when they have come
 */
public record SequenceConfig(
        String objective, int window, String windowDraw, long sessionGapMs, String cbowGradient, String cbowContext) {

    public static final List<String> OBJECTIVES = List.of("cbow", "hierarchical-softmax", "matching", "sgns");

    public static final SequenceConfig NONE = new SequenceConfig("matching", 5, "random", 1_800_000, "exact");

    static final SequenceConfig TREE = new SequenceConfig("hierarchical-softmax", 5, "random", 1_800_000, "exact");

    private static final long YEAR_MS = 365L * 86_400_000;

    /** With the clicks before a click as its context. */
    public SequenceConfig(String objective, int window, String windowDraw, long sessionGapMs, String cbowGradient) {
        this(objective, window, windowDraw, sessionGapMs, cbowGradient, "left");
    }

    /** True when items are learned from sequences of clicks, and users have no vectors of their own. */
    public boolean isSequential() {
        return isSkipGram() || isCbow();
    }

    public boolean isSkipGram() {
        return objective.equals("sgns");
    }

    public boolean isCbow() {
        return objective.equals("cbow");
    }

    /** True when a click is learned by its path in a tree, without negatives. */
    public boolean isTree() {
        return objective.equals("hierarchical-softmax");
    }

    /** True when a click waits for those after it. */
    public boolean isBothSided() {
        return isCbow() && cbowContext.equals("both");
    }

    /** Last clicks of a user that are looked at. */
    public int reach() {
        if (!isSequential()) {
            return 0;
        }
        return isBothSided() ? 2 * window + 1 : window;
    }

    boolean isRandom() {
        return windowDraw.equals("random");
    }

    boolean isExact() {
        return cbowGradient.equals("exact");
    }

    void check(InvalidSetting.Check check) {
        check.require(OBJECTIVES.contains(objective), "learning.objective", objective, "one of " + OBJECTIVES)
                .require(window >= 1 && window <= 50, "learning.window", window, "1 to 50")
                .require(
                        windowDraw.equals("random") || windowDraw.equals("all"),
                        "learning.window-draw",
                        windowDraw,
                        "one of [random, all]")
                .require(
                        sessionGapMs >= 1 && sessionGapMs <= YEAR_MS,
                        "learning.session-gap",
                        sessionGapMs + " ms",
                        "1ms to 365d")
                .require(
                        cbowGradient.equals("exact") || cbowGradient.equals("sum"),
                        "learning.cbow-gradient",
                        cbowGradient,
                        "one of [exact, sum]")
                .require(
                        cbowContext.equals("left") || cbowContext.equals("both"),
                        "learning.cbow-context",
                        cbowContext,
                        "one of [left, both]");
    }

    /** What sequences are learned without. */
    void checkBeside(InvalidSetting.Check check, String loss, float ownWeight, boolean tied) {
        if (!isSequential()) {
            return;
        }
        check.require(
                        ownWeight == 0,
                        "learning.own-weight",
                        ownWeight,
                        "0: learning.objective = " + objective + " learns items alone, and a user is the last clicks")
                .require(
                        !tied,
                        "learning.tied",
                        true,
                        "false: learning.objective = " + objective
                                + " has a vector for an item as what is given and one for it as what follows")
                .require(
                        !isSkipGram() || loss.equals("logistic"),
                        "learning.loss",
                        loss,
                        "logistic: learning.objective = sgns is that loss on every pair; cbow takes any loss");
    }

    /** What a tree is learned without: an item has no vector and no logit as what follows. */
    void checkBesideTree(InvalidSetting.Check check, boolean tied, float unclickedWeight, float dislikeWeight) {
        if (!isTree()) {
            return;
        }
        check.require(
                        tied,
                        "learning.tied",
                        false,
                        "true: with learning.objective = hierarchical-softmax an item is a path as what follows, and has"
                                + " one vector as what is given")
                .require(
                        unclickedWeight == 0,
                        "learning.unclicked-weight",
                        unclickedWeight,
                        "0: learning.objective = hierarchical-softmax learns from clicks alone")
                .require(
                        dislikeWeight == 0,
                        "learning.dislike-weight",
                        dislikeWeight,
                        "0: learning.objective = hierarchical-softmax learns from clicks alone");
    }
}
