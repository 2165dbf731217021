package io.millrace.backtest;

import io.millrace.popularity.ItemCounts;
import java.util.Arrays;

/** When each item was last shown or clicked. */
final class LastEvents implements ItemCounts.Journal {

    private long[] atMs = new long[1024];
    private long newestClickMs;

    @Override
    public void exposed(int slot, double weight, long eventMs) {
        raise(slot, eventMs);
    }

    @Override
    public void clicked(int slot, double weight, long eventMs) {
        newestClickMs = Math.max(newestClickMs, eventMs);
        raise(slot, eventMs);
    }

    private void raise(int slot, long eventMs) {
        if (slot >= atMs.length) {
            atMs = Arrays.copyOf(atMs, Math.max(slot + 1, atMs.length * 2));
        }
        atMs[slot] = Math.max(atMs[slot], eventMs);
    }

    long newestClickMs() {
        return newestClickMs;
    }

    long atMs(int slot) {
        return slot < atMs.length ? atMs[slot] : 0;
    }
}
