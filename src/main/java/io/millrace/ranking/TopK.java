package io.millrace.ranking;

import io.millrace.sampling.Exclusions;
import org.jspecify.annotations.Nullable;

/**
 * The best K of an array of scores: one pass with a heap of K, whose root is the score to beat. Higher scores first, equal
 * ones by lower slot, so the result is a function of the scores. Reused; not thread-safe.
 */
public final class TopK {

    private int[] slots = new int[16];
    private float[] scores = new float[16];
    private int size;

    /**
     * Selects.
     *
     * @param from one score per slot; NaN is never selected
     * @param n scores to look at
     * @param k most slots to select; at least 0
     * @param denied slots to leave out
     * @param allowed the only slots to take, or null for all
     * @return how many were selected
     */
    public int select(float[] from, int n, int k, Exclusions denied, @Nullable Exclusions allowed) {
        room(k);
        size = 0;
        for (int slot = 0; slot < n && k > 0; slot++) {
            float score = from[slot];
            boolean beats = size < k ? !Float.isNaN(score) : score > scores[0];
            if (beats && !denied.contains(slot) && (allowed == null || allowed.contains(slot))) {
                take(slot, score, k);
            }
        }
        sort();
        return size;
    }

    public int size() {
        return size;
    }

    /** The slot of the r-th best; r from 0. */
    public int slot(int r) {
        return slots[r];
    }

    public float score(int r) {
        return scores[r];
    }

    private void room(int k) {
        if (k > slots.length) {
            slots = new int[k];
            scores = new float[k];
        }
    }

    private void take(int slot, float score, int k) {
        if (size < k) {
            slots[size] = slot;
            scores[size] = score;
            rise(size++);
        } else {
            slots[0] = slot;
            scores[0] = score;
            sink(size);
        }
    }

    /** True when a is worse than b, so nearer to the root. */
    private boolean worse(int a, int b) {
        return scores[a] != scores[b] ? scores[a] < scores[b] : slots[a] > slots[b];
    }

    private void rise(int from) {
        int at = from;
        while (at > 0 && worse(at, (at - 1) / 2)) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void sink(int end) {
        int at = 0;
        while (2 * at + 1 < end) {
            int child = 2 * at + 1;
            child = child + 1 < end && worse(child + 1, child) ? child + 1 : child;
            if (!worse(child, at)) {
                return;
            }
            swap(child, at);
            at = child;
        }
    }

    /** Takes the worst off to the end until the best is first. */
    private void sort() {
        for (int end = size - 1; end > 0; end--) {
            swap(0, end);
            sink(end);
        }
    }

    private void swap(int a, int b) {
        int slot = slots[a];
        float score = scores[a];
        slots[a] = slots[b];
        scores[a] = scores[b];
        slots[b] = slot;
        scores[b] = score;
    }
}
