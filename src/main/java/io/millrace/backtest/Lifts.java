package io.millrace.backtest;

import java.util.Arrays;

/**
 * Clicks of items, or of users, over the clicks that were to be expected of them. An item that was shown to those who
 * click on everything is no better for its clicks.
 *
 * <p>Source of the idea: Zhang and Jones, "Comparing Click Logs and Editorial Labels for Training Query Rewriting",
 * 2007: clicks over expected clicks.
 */
final class Lifts {

    private static final double HIGHEST_RATE = 0.999;

    private final double strength;
    private double[] clicked = new double[64];
    private double[] expected = new double[64];

    /** @param strength so many clicks, as expected, are supposed of all before they have any */
    Lifts(double strength) {
        this.strength = strength;
    }

    /** The base rate times the lift of a slot, as the difference of logits to the base rate; 0 for a slot below 0. */
    double logit(int slot, double base) {
        if (slot < 0 || slot >= clicked.length) {
            return 0;
        }
        double lift = (clicked[slot] + strength) / (expected[slot] + strength);
        return ClickModel.logit(Math.min(HIGHEST_RATE, base * lift)) - ClickModel.logit(base);
    }

    /** @param probability of a click, as far as it is not this slot's doing */
    void add(int slot, boolean isClicked, double probability) {
        if (slot >= clicked.length) {
            int larger = Math.max(slot + 1, clicked.length * 2);
            clicked = Arrays.copyOf(clicked, larger);
            expected = Arrays.copyOf(expected, larger);
        }
        clicked[slot] += isClicked ? 1 : 0;
        expected[slot] += probability;
    }
}
