package io.millrace.backtest;

/**
 * AUC over a stream of any length: probabilities fall into cells of 1/1000 of a logit, and those that share a cell count as
 * ties.
 */
final class WholeAuc {

    private static final double LIMIT = 14;
    private static final int PER_LOGIT = 1000;

    private final int[] clicked = new int[(int) (2 * LIMIT * PER_LOGIT) + 1];
    private final int[] unclicked = new int[clicked.length];

    void add(double p, boolean isClicked) {
        double logit = Math.max(-LIMIT, Math.min(LIMIT, ClickModel.logit(p)));
        (isClicked ? clicked : unclicked)[(int) ((logit + LIMIT) * PER_LOGIT)]++;
    }

    /** The share of pairs of a clicked and an unclicked impression that are in order; NaN when there is none. */
    double auc() {
        double below = 0;
        double ordered = 0;
        double clicks = 0;
        for (int cell = 0; cell < clicked.length; cell++) {
            ordered += clicked[cell] * (below + unclicked[cell] * 0.5);
            below += unclicked[cell];
            clicks += clicked[cell];
        }
        return ordered / (clicks * below);
    }
}
