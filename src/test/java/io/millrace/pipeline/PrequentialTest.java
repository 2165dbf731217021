package io.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.evaluation.RankMetrics;
import io.millrace.event.Click;
import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.learning.ItemRows;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.Optimizer;
import io.millrace.learning.Optimizers;
import io.millrace.learning.UserRows;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.ranking.EmbeddingRanker;
import io.millrace.ranking.Ranker;
import io.millrace.sampling.Catalog;
import io.millrace.topology.TestSettings;
import org.junit.jupiter.api.Test;

class PrequentialTest {

    /** 220 half-lives after the landmark a count is 2^220, beyond a float: popularity was a tie of infinities. */
    @Test
    void popularityIsRankedByCountsHoweverFarTheLandmark() {
        Catalog catalog = new Catalog();
        ItemCounts counts = new ItemCounts(new HalfLife(86_400_000));
        Optimizer optimizer = Optimizers.make(TestSettings.learning());
        ItemRows items = new ItemRows(TestSettings.learning(), optimizer, catalog, null);
        UserRows users = new UserRows(TestSettings.learning(), optimizer, 20, 20, Integer.MAX_VALUE);
        Ranker constant = new EmbeddingRanker((query, out) -> {});
        Prequential prequential = new Prequential(1, true, new int[] {3}, 100, catalog, constant, constant);
        Pipeline pipeline = new Pipeline(
                TestSettings.pipeline(),
                catalog,
                counts,
                new OnlineLearner(TestSettings.learning(), catalog, items, users, optimizer),
                TestSettings.settings(1, 1000).makeSampling(catalog, counts),
                prequential,
                (example, negatives, slots) -> {},
                Refusals.ONLY_COUNTED);
        CounterRandom random = new CounterRandom().reset(1, 2, 3);
        for (int k = 0; k < 2000; k++) {
            // Half of the clicks are on three items, the rest on a hundred.
            int item = random.nextInt(2) == 0 ? random.nextInt(3) : random.nextInt(100);
            pipeline.accept(new Click(
                    EntityId.of("c" + k),
                    null,
                    EntityId.of("u" + k),
                    EntityId.of("i" + item),
                    "click",
                    1,
                    1_700_000_000_000L + 1000L * k));
        }
        int recall = prequential.popular().metric("recall@3");
        assertThat(prequential.popular().mean(RankMetrics.Row.WHOLE, recall)).isBetween(0.45, 0.6);
        assertThat(prequential.random().mean(RankMetrics.Row.WHOLE, recall)).isLessThan(0.1);
    }
}
