package io.millrace.backtest;

import io.millrace.ranking.Query;
import io.millrace.ranking.Ranker;
import java.util.Arrays;

/** What was clicked most so far, by anyone: the baseline that never forgets. */
final class ClickCounts implements Ranker {

    private float[] counts = new float[64];

    @Override
    public String name() {
        return "popularity";
    }

    @Override
    public void score(Query query, float[] out) {
        room(query.slots());
        System.arraycopy(counts, 0, out, 0, query.slots());
    }

    @Override
    public void learn(Query query, int slot) {
        room(slot + 1);
        counts[slot]++;
    }

    private void room(int slots) {
        if (slots > counts.length) {
            counts = Arrays.copyOf(counts, slots * 2);
        }
    }

    @Override
    public long stateBytes() {
        return 4L * counts.length;
    }
}
