package io.millrace.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Scans of the whole item table for the best k. Each needs a score per slot (4 bytes), so the arrays are kept and lent
 * out; as there are few of them, scans also never take more cores or memory than is good for the learner beside them.
 */
final class Scans {

    /** Fills {@code out[slot]} and returns the slots written. */
    @FunctionalInterface
    interface Fill {
        int into(float[] out);
    }

    /** An item of an answer. */
    record Hit(String item, float score) {}

    private final ItemIndex items;
    private final BlockingQueue<Scratch> idle;

    /** @param concurrent scans that may run at once */
    Scans(ItemIndex items, int concurrent) {
        this.items = items;
        idle = new ArrayBlockingQueue<>(concurrent);
        for (int i = 0; i < concurrent; i++) {
            idle.add(new Scratch());
        }
    }

    /** The k best of the selection, best first; fewer when there are not as many. */
    List<Hit> top(Fill fill, Selection selection, int k, long waitMs) {
        Scratch scratch = take(waitMs);
        try {
            scratch.scan(items, fill, selection, k);
            return scratch.hits(items, selection);
        } finally {
            idle.add(scratch);
        }
    }

    private Scratch take(long waitMs) {
        try {
            Scratch scratch = idle.poll(waitMs, TimeUnit.MILLISECONDS);
            if (scratch == null) {
                throw Problem.unavailable("all scans are in use; this instance is busy");
            }
            return scratch;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("this instance is stopping");
        }
    }

    /** What one scan works on. */
    private static final class Scratch {

        private final TopSlots top = new TopSlots();
        private float[] scores = new float[0];
        private long[] excluded = new long[0];

        void scan(ItemIndex items, Fill fill, Selection selection, int k) {
            room(items.slots());
            int n = fill.into(scores);
            exclude(items, selection);
            top.reset(Math.min(k, n));
            top.offerAll(scores, n, excluded);
            top.sort();
        }

        /** A slot may have got another item since the scan began, so the selection is asked again by id. */
        List<Hit> hits(ItemIndex items, Selection selection) {
            List<Hit> hits = new ArrayList<>(top.size());
            for (int rank = 0; rank < top.size(); rank++) {
                @Nullable String item = items.idOf(top.slot(rank));
                if (item != null && selection.holds(item)) {
                    hits.add(new Hit(item, top.score(rank)));
                }
            }
            return hits;
        }

        private void room(int slots) {
            if (scores.length < slots) {
                int larger = slots + slots / 8 + 64;
                scores = new float[larger];
                excluded = new long[(larger + 63) / 64];
            }
        }

        private void exclude(ItemIndex items, Selection selection) {
            @Nullable Set<String> allowed = selection.allowed();
            Arrays.fill(excluded, allowed == null ? 0 : -1L);
            if (allowed != null) {
                allowed.forEach(item -> mark(items.slotOf(item), false));
            }
            selection.denied().forEach(item -> mark(items.slotOf(item), true));
        }

        private void mark(int slot, boolean out) {
            if (slot < 0 || slot >= scores.length) {
                return;
            }
            long bit = 1L << slot;
            excluded[slot >> 6] = out ? excluded[slot >> 6] | bit : excluded[slot >> 6] & ~bit;
        }
    }
}
