package io.millrace.query;

import java.util.List;

record EmbeddingScoring(ItemIndex items) implements Scoring {

    @Override
    public String name() {
        return "embedding";
    }

    @Override
    public float[] scores(String user, float[] embedding, List<String> asked) {
        float[] scores = new float[asked.size()];
        for (int k = 0; k < scores.length; k++) {
            int slot = items.slotOf(asked.get(k));
            scores[k] = slot < 0 ? Float.NaN : items.measure(embedding, slot, ItemIndex.Measure.SCORE);
        }
        return scores;
    }
}
