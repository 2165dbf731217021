package io.millrace.sampling;

/** Finds what stands at a rank without sorting the rest. */
final class Selection {

    private Selection() {}

    /**
     * Reorders {@code slots[from..to)}, with their scores, so that what has rank k (0 is the highest score; of equals the
     * lowest slot) stands at {@code from + k}, higher ones before it and lower ones behind.
     */
    static void rank(float[] scores, int[] slots, int from, int to, int k) {
        int low = from;
        int high = to - 1;
        int target = from + k;
        while (low < high) {
            int middle = (low + high) >>> 1;
            swap(scores, slots, middle, high);
            int split = low;
            for (int at = low; at < high; at++) {
                if (isBefore(scores, slots, at, high)) {
                    swap(scores, slots, at, split++);
                }
            }
            swap(scores, slots, split, high);
            if (split == target) {
                return;
            }
            if (split < target) {
                low = split + 1;
            } else {
                high = split - 1;
            }
        }
    }

    private static boolean isBefore(float[] scores, int[] slots, int a, int b) {
        return scores[a] > scores[b] || scores[a] == scores[b] && slots[a] < slots[b];
    }

    private static void swap(float[] scores, int[] slots, int a, int b) {
        float score = scores[a];
        scores[a] = scores[b];
        scores[b] = score;
        int slot = slots[a];
        slots[a] = slots[b];
        slots[b] = slot;
    }
}
