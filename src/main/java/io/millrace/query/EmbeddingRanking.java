package io.millrace.query;

record EmbeddingRanking(ItemIndex items) implements Ranking {

    @Override
    public String name() {
        return "embedding";
    }

    @Override
    public int scoreAll(String user, UserState state, boolean excludeSeen, float[] out) {
        return items.measureAll(state.embedding(), ItemIndex.Measure.SCORE, out);
    }
}
