package io.millrace.backtest;

import java.util.List;

/**
 * What an impression is among those shown with it: one of how many, whether its item is there again, and how far it is
 * from their mean in what describes its item. A user picks from what is there, so an item is good or bad beside others.
 */
final class ListFeatures {

    private final int first;
    private final int[] relative;

    /**
     * @param first where these features begin in a row
     * @param relative the features that are compared with the list's mean
     */
    ListFeatures(int first, int... relative) {
        this.first = first;
        this.relative = relative;
    }

    /** How many features these are. */
    static int count(int relative) {
        return 2 + relative;
    }

    /**
     * Completes the rows of one list.
     *
     * @param items of each row, by hash
     */
    void complete(List<float[]> rows, long[] items) {
        float size = (float) (StrictMath.log1p(rows.size() - 1.0) / 2);
        for (int k = 0; k < rows.size(); k++) {
            rows.get(k)[first] = size;
            rows.get(k)[first + 1] = isRepeated(k, items, rows.size()) ? 1 : 0;
        }
        for (int k = 0; k < relative.length; k++) {
            relate(rows, relative[k], first + 2 + k);
        }
    }

    private static boolean isRepeated(int row, long[] items, int size) {
        for (int k = 0; k < size; k++) {
            if (k != row && items[k] == items[row]) {
                return true;
            }
        }
        return false;
    }

    private static void relate(List<float[]> rows, int from, int to) {
        double sum = 0;
        for (float[] row : rows) {
            sum += row[from];
        }
        float mean = (float) (sum / rows.size());
        for (float[] row : rows) {
            row[to] = row[from] - mean;
        }
    }
}
