package io.millrace.backtest;

import io.millrace.ranking.Query;
import io.millrace.ranking.Ranker;

/** A ranker that is a line of the report and a member of the blend: scored once per event for both. */
final class SharedScores implements Ranker {

    private final Ranker ranker;
    private float[] scores = new float[0];
    private boolean fresh;

    SharedScores(Ranker ranker) {
        this.ranker = ranker;
    }

    /** The same scores under a name of their own, without learning twice. */
    Ranker line(String name) {
        return new Line(name);
    }

    @Override
    public String name() {
        return ranker.name();
    }

    @Override
    public void score(Query query, float[] out) {
        if (!fresh) {
            if (scores.length < query.padded()) {
                scores = new float[query.padded() * 3 / 2];
            }
            ranker.score(query, scores);
            fresh = true;
        }
        System.arraycopy(scores, 0, out, 0, query.slots());
    }

    @Override
    public void learn(Query query, int slot) {
        fresh = false;
        ranker.learn(query, slot);
    }

    @Override
    public long stateBytes() {
        return ranker.stateBytes() + 4L * scores.length;
    }

    private final class Line implements Ranker {

        private final String name;

        Line(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void score(Query query, float[] out) {
            SharedScores.this.score(query, out);
        }

        @Override
        public void learn(Query query, int slot) {}

        @Override
        public long stateBytes() {
            return 0;
        }
    }
}
