package io.millrace.learning;

import io.millrace.event.InvalidSetting;

/**
 * When the tree of {@code hierarchical-softmax} is built. Defaults are in {@code reference.yaml}.
 *
 * @param treeItems items from which on it is built by clicks for the first time; 2 to 100 million
 * @param treeAfterMs it is built by then at the latest, however few they are; event time, at least 1 ms
 * @param treeEveryMs time after which it is built anew; event time, at least 1 ms
 * @param treeWarmUp clicks that a new tree learns before it serves; 0 to 1 billion
 */
public record TreeConfig(int treeItems, long treeAfterMs, long treeEveryMs, int treeWarmUp) {

    public static final TreeConfig DEFAULT = new TreeConfig(1000, 600_000, 86_400_000, 50_000);

    private static final long YEAR_MS = 365L * 86_400_000;

    void check(InvalidSetting.Check check) {
        check.require(treeItems >= 2 && treeItems <= 100_000_000, "learning.tree-items", treeItems, "2 to 100000000")
                .require(
                        treeAfterMs >= 1 && treeAfterMs <= YEAR_MS,
                        "learning.tree-after",
                        treeAfterMs + " ms",
                        "1ms to 365d")
                .require(
                        treeEveryMs >= 1 && treeEveryMs <= YEAR_MS,
                        "learning.tree-every",
                        treeEveryMs + " ms",
                        "1ms to 365d")
                .require(
                        treeWarmUp >= 0 && treeWarmUp <= 1_000_000_000,
                        "learning.tree-warm-up",
                        treeWarmUp,
                        "0 to 1000000000");
    }
}
