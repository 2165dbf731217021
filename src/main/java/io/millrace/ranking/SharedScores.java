package io.millrace.ranking;

import io.millrace.sampling.Catalog;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A ranker that is looked at by itself and is a member of a blend: scored once per question for both. */
public final class SharedScores implements Ranker {

    private final Ranker ranker;
    private float[] scores = new float[0];
    private @Nullable Query asked;
    private long question;

    public SharedScores(Ranker ranker) {
        this.ranker = ranker;
    }

    /** The same scores under a name of their own, without learning twice. */
    public Ranker line(String name) {
        return new Line(name);
    }

    @Override
    public String name() {
        return ranker.name();
    }

    @Override
    public void score(Query query, float[] out) {
        if (query != asked || query.question() != question) {
            if (scores.length < query.padded()) {
                scores = new float[query.padded() * 3 / 2];
            }
            ranker.score(query, scores);
            asked = query;
            question = query.question();
        }
        System.arraycopy(scores, 0, out, 0, query.slots());
    }

    @Override
    public void learn(Query query, int slot) {
        asked = null;
        ranker.learn(query, slot);
    }

    @Override
    public int reach() {
        return ranker.reach();
    }

    @Override
    public void forget(int slot) {
        ranker.forget(slot);
    }

    @Override
    public long stateBytes() {
        return ranker.stateBytes() + 4L * scores.length;
    }

    @Override
    public void writeTo(DataOutput out, Catalog catalog) throws IOException {
        ranker.writeTo(out, catalog);
    }

    @Override
    public void readFrom(DataInput in, Catalog catalog) throws IOException {
        ranker.readFrom(in, catalog);
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
