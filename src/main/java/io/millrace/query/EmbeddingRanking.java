package io.millrace.query;

record EmbeddingRanking(ItemIndex items) implements Ranking {

    @Override
    public String name() {
        return "embedding";
    }

    @Override
    public int scoreAll(UserState user, float[] out) {
        return items.measureAll(user.embedding(), ItemIndex.Measure.SCORE, out);
    }
}
